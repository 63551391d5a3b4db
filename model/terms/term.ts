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

/** One table for each operator, width and value; in it a term is found by its arguments. */
const tables = new Map<number | string, Map<number | string | bigint, Term>>()
const operators = new Map<Op, number>()
let nextId = 0

function tableOf(op: Op, width: number, value: bigint): Map<number | string | bigint, Term> {
  let number = operators.get(op)
  if (number === undefined) operators.set(op, number = operators.size)
  // extract and shifts: the value is a small number and part of the operator
  const key = (number * 4096 + width) * 4096 + (op === 'extract' || op === 'bvshl' || op === 'bvlshr' ? Number(value) : 0)
  let table = tables.get(key)
  if (table === undefined) tables.set(key, table = new Map())
  return table
}

/** Ids stay below 2^26, so that two of them make one exact number. */
const PAIR = 2 ** 26
function argumentKey(op: Op, args: readonly Term[], value: bigint, name: string): number | string | bigint {
  if (op === 'var') return name
  if (op === 'bvconst') return value
  switch (args.length) {
    case 0: return 0
    case 1: return args[0]!.id
    case 2: if (args[0]!.id < PAIR && args[1]!.id < PAIR) return args[0]!.id * PAIR + args[1]!.id
  }
  let key = ''
  for (const a of args) key += `${a.id} `
  return key
}

/** What `scoped` has to take out again. */
interface Made { readonly table: Map<number | string | bigint, Term>, readonly key: number | string | bigint }
let journal: Made[] | undefined

/** Runs `f` and forgets every term that was made meanwhile: none of them may be used afterwards. For evaluating many different events without end. */
export function scoped<T>(f: () => T): T {
  if (journal !== undefined) return f()
  const made: Made[] = [], id = nextId
  journal = made
  try { return f() } finally {
    journal = undefined
    for (const { table, key } of made) table.delete(key)
    nextId = id
  }
}

/** The one node with these parts. Callers go through `build.ts`, which checks widths. */
export function intern(op: Op, width: number, args: readonly Term[], value = 0n, name = ''): Term {
  const table = tableOf(op, width, value)
  const key = argumentKey(op, args, value, name)
  const found = table.get(key)
  if (found !== undefined) return found
  const made: Term = { id: nextId++, op, width, args, value, name }
  table.set(key, made)
  journal?.push({ table, key })
  return made
}

/** Notes a term that is made of another one, as `intern` does: `scoped` takes it out again. */
export function remember(table: Map<number | string | bigint, Term>, key: number, t: Term): void {
  table.set(key, t)
  journal?.push({ table, key })
}

const masks: bigint[] = []
export const mask = (width: number): bigint => masks[width] ??= (1n << BigInt(width)) - 1n

/** Every node below the roots once, arguments before their users; not what is `known`, nor what is below that alone. Iterative: terms can be deep. */
export function topological(roots: readonly Term[], known?: { has(t: Term): boolean }): Term[] {
  const seen = new Set<Term>()
  const out: Term[] = []
  const stack: { t: Term, next: number }[] = []
  for (const root of roots) {
    if (seen.has(root) || known?.has(root)) continue
    seen.add(root)
    stack.push({ t: root, next: 0 })
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const child = top.t.args[top.next++]
      if (child === undefined) {
        out.push(top.t)
        stack.pop()
      } else if (!seen.has(child) && !known?.has(child)) {
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
