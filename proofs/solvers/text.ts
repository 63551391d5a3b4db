/** Reading SMT-LIB: what a query declares, and what a solver prints. */
import { unquote, type Sexp } from '../../model/terms/parse.js'
import type { Value } from './types.js'

/** A declared variable; width 0 is Bool. */
export interface Declared { readonly name: string, readonly width: number }

/** The variables that a query text declares, in its order. */
export function declarations(text: string): Declared[] {
  const found = text.matchAll(/\(declare-(?:fun|const) (\|[^|]*\||[^\s()]+) (?:\(\) )?(?:Bool|\(_ BitVec (\d+)\))\)/g)
  return [...found].map((m) => ({ name: unquote(m[1]!), width: Number(m[2] ?? 0) }))
}

export const quote = (name: string): string => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `|${name}|`

/** true, false, #x…, #b… or (_ bvN W); undefined for anything else. */
export function literal(s: Sexp): Value | undefined {
  if (s === 'true' || s === 'false') return s === 'true'
  if (typeof s === 'string') return /^#[xb][0-9a-fA-F]+$/.test(s) ? BigInt(`0${s.slice(1)}`) : undefined
  const [underscore, value] = s
  return underscore === '_' && typeof value === 'string' && /^bv\d+$/.test(value) ? BigInt(value.slice(2)) : undefined
}

/** The pairs that get-value prints: ((name value) …). Throws on anything else. */
export function printedValues(s: Sexp): Map<string, Value> {
  if (typeof s === 'string') throw new Error(`not a list of values: ${s}`)
  return new Map(s.map((pair): [string, Value] => {
    const [name, value] = pair
    const v = value === undefined ? undefined : literal(value)
    if (typeof pair === 'string' || typeof name !== 'string' || v === undefined) throw new Error(`not a value: ${JSON.stringify(pair)}`)
    return [unquote(name), v]
  }))
}
