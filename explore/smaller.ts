/** A run made smaller by trying: where the search for the smallest one takes too long. */
import { evaluateAll, type Value } from '../model/terms/evaluate.js'
import { variables, type Term } from '../model/terms/term.js'
import type { Model } from './decided.js'

/**
 * Puts inputs back to their defaults while the terms stay true: many at once, then fewer, then single bits of what is left. The result is a
 * model that no single step of these makes smaller; it need not be the smallest. Ends after `ms` with what it has.
 */
export function smaller(terms: readonly Term[], model: Model, fallback: (name: string, width: number) => Value, ms = 3000): Model {
  const end = performance.now() + ms
  const now = new Map(model)
  const holds = (): boolean => !evaluateAll(terms, (name, width) => now.get(name) ?? fallback(name, width)).includes(false)
  if (!holds()) return model
  const vars = variables(...terms)
  const isOff = (v: Term): boolean => now.has(v.name) && now.get(v.name) !== fallback(v.name, v.width)
  /** Keeps the new values where the terms are still true. */
  const attempt = (values: readonly (readonly [string, Value])[]): boolean => {
    const before = values.map(([name]) => [name, now.get(name)!] as const)
    for (const [name, value] of values) now.set(name, value)
    if (holds()) return true
    for (const [name, value] of before) now.set(name, value)
    return false
  }
  let off = vars.filter(isOff)
  for (let size = off.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let i = 0; i < off.length && performance.now() < end; i += size) attempt(off.slice(i, i + size).map((v) => [v.name, fallback(v.name, v.width)] as const))
    off = off.filter(isOff)
  }
  for (const v of off) {
    if (v.width < 2) continue
    const usual = fallback(v.name, v.width) as bigint
    for (let bit = v.width - 1; bit >= 0 && performance.now() < end; bit--) {
      const value = now.get(v.name) as bigint
      if (((value ^ usual) >> BigInt(bit) & 1n) === 1n) attempt([[v.name, value ^ 1n << BigInt(bit)]])
    }
  }
  return now
}
