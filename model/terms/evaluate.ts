/** The value of a term under an assignment of its variables. */
import { mask, topological, type Term } from './term.js'

export type Value = bigint | boolean
export class UnboundVariableError extends Error {
  readonly code = 'E_UNBOUND_VARIABLE'
  constructor(name: string) { super(`variable ${name} has no value`) }
}

/** Evaluates all roots together; shared subterms once. Throws `UnboundVariableError`. */
export function evaluateAll(roots: readonly Term[], env: (name: string, width: number) => Value | undefined): Value[] {
  return evaluator(env)(roots)
}
/** Evaluates again and again under one assignment; what it has seen it remembers. */
export function evaluator(env: (name: string, width: number) => Value | undefined): (roots: readonly Term[]) => Value[] {
  const values = new Map<Term, Value>()
  return (roots) => {
    for (const t of topological(roots, values)) values.set(t, step(t, values, env))
    return roots.map((r) => values.get(r)!)
  }
}
export const evaluate = (root: Term, env: (name: string, width: number) => Value | undefined): Value => evaluateAll([root], env)[0]!

function step(t: Term, values: Map<Term, Value>, env: (name: string, width: number) => Value | undefined): Value {
  const b = (i: number): boolean => values.get(t.args[i]!) as boolean
  const n = (i: number): bigint => values.get(t.args[i]!) as bigint
  const s = (i: number): bigint => BigInt.asIntN(t.args[i]!.width, n(i))
  const m = mask(t.width)
  switch (t.op) {
    case 'true': return true
    case 'false': return false
    case 'var': {
      const v = env(t.name, t.width)
      if (v === undefined) throw new UnboundVariableError(t.name)
      return v
    }
    case 'not': return !b(0)
    case 'and': return t.args.every((_, i) => b(i))
    case 'or': return t.args.some((_, i) => b(i))
    case 'xor': return b(0) !== b(1)
    case 'eq': return values.get(t.args[0]!) === values.get(t.args[1]!)
    case 'ite': return values.get(b(0) ? t.args[1]! : t.args[2]!)!
    case 'bvconst': return t.value
    case 'bvnot': return ~n(0) & m
    case 'bvand': return n(0) & n(1)
    case 'bvor': return n(0) | n(1)
    case 'bvxor': return n(0) ^ n(1)
    case 'bvadd': return (n(0) + n(1)) & m
    case 'bvsub': return (n(0) - n(1)) & m
    case 'bvshl': return (n(0) << t.value) & m
    case 'bvlshr': return n(0) >> t.value
    case 'extract': return (n(0) >> t.value) & m
    case 'concat': return (n(0) << BigInt(t.args[1]!.width)) | n(1)
    case 'zext': return n(0)
    case 'sext': return s(0) & m
    case 'bvult': return n(0) < n(1)
    case 'bvule': return n(0) <= n(1)
    case 'bvslt': return s(0) < s(1)
    case 'bvsle': return s(0) <= s(1)
  }
}
