import { claims } from '../proofs/claims/index.js'
import type { Claim } from '../proofs/claim.js'
import { UsageError } from '../trace/errors.js'

/** The claim of that identifier, conditions of a conjunction included. Throws `E_UNKNOWN_CLAIM`. */
export function claimNamed(id: string): Claim {
  const all = claims.flatMap((c) => [c, ...c.conditions ?? []])
  const found = all.find((c) => c.id === id)
  if (found !== undefined) return found
  const near = all.map((c) => c.id).filter((known) => known.includes(id) || distance(known, id) <= 3)
  throw new UsageError('E_UNKNOWN_CLAIM', `no claim '${id}'; ${id !== '' && near.length > 0 ? `near are ${near.join(', ')}` : 'arm64-compat claims lists them'}`)
}

/** Insertions, deletions and replacements that lead from one text to the other. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 4
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
