/** The bit-vector language: hash-consed terms. Equal terms are the same object; `id` orders them by creation. */

export type Op =
  | 'true' | 'false' | 'var' | 'not' | 'and' | 'or' | 'xor' | 'eq' | 'ite'
  | 'bvconst' | 'bvnot' | 'bvand' | 'bvor' | 'bvxor' | 'bvadd' | 'bvsub' | 'bvshl' | 'bvlshr'
  | 'extract' | 'concat' | 'zext' | 'sext' | 'bvult' | 'bvule' | 'bvslt' | 'bvsle'

/** A node. `width` 0 is the Boolean sort, else the number of bits. */
export interface Term {
  readonly id: number
  readonly op: Op
  readonly width: number
  readonly args: readonly Term[]
  /** bvconst: the value. bvshl, bvlshr: the distance. extract: the low bit. */
  readonly value: bigint
  /** var: its name. */
  readonly name: string
}
/** A bit vector of W bits. The brand is invariant: BV<32> and BV<64> do not meet. */
export interface BV<W extends number = number> extends Term { readonly __w?: (w: W) => W }
export interface Bool extends Term { readonly __bool?: true }

export class WidthMismatchError extends Error {
  readonly code = 'E_WIDTH_MISMATCH'
  constructor(op: string, ...widths: number[]) {
    super(`${op}: widths ${widths.join(' and ')} do not fit`)
    this.name = 'WidthMismatchError'
  }
}

const interned = new Map<string, Term>()
let nextId = 0

/** The one node with these parts. Callers go through `build.ts`, which checks widths. */
export function intern(op: Op, width: number, args: readonly Term[], value = 0n, name = ''): Term {
  let key = `${op} ${width}`
  for (const a of args) key += ` ${a.id}`
  if (op === 'var') key += `:${name}`
  else if (op === 'bvconst' || op === 'bvshl' || op === 'bvlshr' || op === 'extract') key += `=${value.toString(36)}`
  const found = interned.get(key)
  if (found !== undefined) return found
  const made: Term = { id: nextId++, op, width, args, value, name }
  interned.set(key, made)
  return made
}

export const mask = (width: number): bigint => (1n << BigInt(width)) - 1n

/** Every node below the roots once, arguments before their users. Iterative: terms can be deep. */
export function topological(roots: readonly Term[]): Term[] {
  const seen = new Set<Term>()
  const out: Term[] = []
  const stack: { t: Term, next: number }[] = []
  for (const root of roots) {
    if (seen.has(root)) continue
    seen.add(root)
    stack.push({ t: root, next: 0 })
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const child = top.t.args[top.next++]
      if (child === undefined) {
        out.push(top.t)
        stack.pop()
      } else if (!seen.has(child)) {
        seen.add(child)
        stack.push({ t: child, next: 0 })
      }
    }
  }
  return out
}

/** The variables below the roots, in order of creation. */
export function variables(...roots: Term[]): Term[] {
  return topological(roots).filter((t) => t.op === 'var').sort((a, b) => a.id - b.id)
}
