import { claims } from '../proofs/claims/index.js'
import { claimEntry, claimList, claimText } from '../report/claims.js'
import type { Status } from './action.js'
import { claimNamed } from './claim-named.js'
import type { ListOptions } from './options.js'
import { colours, emit } from './output.js'

export async function listClaims(id: string | undefined, options: ListOptions): Promise<Status> {
  const entries = (id === undefined ? claims : [claimNamed(id)]).map(claimEntry)
  emit(options.json, () => ({ format: 'arm64-compat/claims', version: 1, claims: entries }),
    () => id === undefined ? claimList(entries) : entries.map((e) => claimText(e, colours())).join(''))
  return 0
}
