import { claims } from '../proofs/claims/index.js'
import { entries } from '../proofs/entries/index.js'
import { objections } from '../proofs/objections.js'
import { claimEntry, claimList, claimText, entryList, entryText } from '../report/claims.js'
import type { Status } from './action.js'
import { claimNamed } from './claim-named.js'
import type { ListOptions } from './options.js'
import { colours, emit } from './output.js'

export async function listClaims(id: string | undefined, options: ListOptions): Promise<Status> {
  const entry = entries.find((e) => e.id === id)
  if (entry !== undefined) {
    emit(options.json, () => ({ format: 'arm64-compat/claims', version: 1, claims: [], entries: [entry] }), () => entryText(entry, colours()))
    return 0
  }
  const found = (id === undefined ? claims : [claimNamed(id)]).map(claimEntry)
  emit(options.json, () => ({ format: 'arm64-compat/claims', version: 1, claims: found, ...id === undefined ? { entries, objections } : {} }),
    () => id === undefined ? claimList(found) + entryList(entries) : found.map((e) => claimText(e, colours())).join(''))
  return 0
}
