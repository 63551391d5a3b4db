/** Two scripts of which one has more events: those that both have get the same numbers. */
import { variable, type Script } from '../proofs/run.js'
import type { Tie } from '../proofs/claim.js'

/** Bits of an event's numbers (trace/events.ts). */
const widthOf = (key: string): number => ({ result: 64, restart: 8, imm: 16, upper: 15, mte_async_fault: 0, si_code: 32, signo: 8, flags: 32, data: 16 })[key] ?? (key.startsWith('residue') ? 128 : 64)

/** For the second run: event `j` of `short` has the numbers of the event of `long` that it is. Both are subsequences in order. */
export function shifted(long: Script, short: Script): Tie {
  const of = new Map<number, number>()
  let i = 0
  short.forEach((e, j) => {
    while (i < long.length && JSON.stringify(long[i]) !== JSON.stringify(e)) i++
    if (i === long.length) throw new Error(`no ${e.kind} in the longer script`)
    of.set(j, i++)
  })
  return (path) => {
    const e = /^e(\d+)\.(.*)$/.exec(path)
    if (e === null) return undefined
    const [j, key] = [Number(e[1]), e[2]!]
    return of.get(j) === j ? undefined : variable(widthOf(key), `e${of.get(j)!}.${key}`)
  }
}
