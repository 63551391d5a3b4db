/** Reading SMT-LIB: what a query declares, and what a solver prints. */
import type { Value } from './types.js'

/** A declared variable; width 0 is Bool. */
export interface Declared { readonly name: string, readonly width: number }

/** The variables that a query text declares, in its order. */
export function declarations(text: string): Declared[] {
  const found = text.matchAll(/\(declare-(?:fun|const) (\|[^|]*\||[^\s()]+) (?:\(\) )?(?:Bool|\(_ BitVec (\d+)\))\)/g)
  return [...found].map((m) => ({ name: unquote(m[1]!), width: Number(m[2] ?? 0) }))
}

export const quote = (name: string): string => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `|${name}|`
export const unquote = (name: string): string => name.startsWith('|') ? name.slice(1, -1) : name

export type Sexp = string | Sexp[]
/** All s-expressions of a text. Quoted symbols keep their bars. Throws on unbalanced brackets. */
export function sexps(text: string): Sexp[] {
  const open: Sexp[][] = [[]]
  for (const [token] of text.matchAll(/\(|\)|\|[^|]*\||"(?:[^"]|"")*"|;[^\n]*|[^\s()|";]+/g)) {
    if (token.startsWith(';')) continue
    if (token === '(') open.push([])
    else if (token === ')') {
      const done = open.pop()!
      if (open.length === 0) throw new Error('unbalanced ) in SMT-LIB text')
      open[open.length - 1]!.push(done)
    } else open[open.length - 1]!.push(token)
  }
  if (open.length !== 1) throw new Error('unbalanced ( in SMT-LIB text')
  return open[0]!
}

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

/** A query text as what stands before its assertions and the asserted terms. */
export function assertions(text: string): { head: string, bodies: string[] } {
  const bodies: string[] = []
  let at = text.indexOf('(assert ')
  const head = at < 0 ? text : text.slice(0, at)
  while (at >= 0) {
    const end = closing(text, at)
    bodies.push(text.slice(at + '(assert '.length, end))
    at = text.indexOf('(assert ', end)
  }
  return { head, bodies }
}

/** The bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    const c = text[i]
    if (c === '|') i = text.indexOf('|', i + 1)
    else if (c === '(') depth++
    else if (c === ')' && --depth === 0) return i
  }
  throw new Error('unbalanced ( in SMT-LIB text')
}
