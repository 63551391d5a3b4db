/** One entry of the table of intrinsics. */
import type { Machine } from './machine.js'
import type { Node } from './syntax.js'
import { voidV, type Value } from './values.js'
import { evaluate } from './expressions.js'

export interface Intrinsic {
  /** The meaning in words. */
  readonly meaning: string
  run(m: Machine, args: readonly Node[], n: Node): Value
}
export const intrinsic = (meaning: string, run: Intrinsic['run']): Intrinsic => ({ meaning, run })

/** Its arguments are evaluated; nothing of the lifted state changes. */
export const nothing = (why: string): Intrinsic => intrinsic(`no effect on the lifted state: ${why}`, (m, args) => {
  for (const a of args) evaluate(m, a)
  return voidV
})
/** Not even the arguments are looked at. */
export const ignored = (why: string): Intrinsic => intrinsic(`ignored: ${why}`, () => voidV)

export function argument(m: Machine, args: readonly Node[], i: number, n: Node): Node {
  return args[i] ?? m.fail(`argument ${i + 1} is missing`, n)
}
