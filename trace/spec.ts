/**
 * The shape of a piece of state, said once. From a spec come the TypeScript types (concrete and symbolic),
 * the zod schema (schema.ts), the list of leaves with their widths.
 */

/** Bits of each kind of leaf. A `bool` is one bit, held as a JavaScript boolean. */
export const leafBits = { bool: 1, u8: 8, u16: 16, u32: 32, u64: 64, u128: 128 } as const
export type Leaf = keyof typeof leafBits
export interface ListSpec<E = unknown> { readonly list: E, readonly length: number }
export type Spec = Leaf | ListSpec<unknown> | { readonly [field: string]: unknown }

/** What stands at each leaf: numbers in a trace, terms in the model. */
export interface Domain { bool: unknown, u8: unknown, u16: unknown, u32: unknown, u64: unknown, u128: unknown }
export interface Concrete extends Domain { bool: boolean, u8: bigint, u16: bigint, u32: bigint, u64: bigint, u128: bigint }

/** The type of a value of spec S over the domain D. Values are plain mutable records; whoever shares one copies it first. */
export type Of<S, D extends Domain> =
  S extends Leaf ? D[S]
    : S extends ListSpec<infer E> ? Of<E, D>[]
      : { -readonly [K in keyof S]: Of<S[K], D> }

export function list<const E, N extends number>(element: E, length: N): { readonly list: E, readonly length: N } {
  return { list: element, length }
}

export const isLeaf = (s: unknown): s is Leaf => typeof s === 'string'
export const isList = (s: unknown): s is ListSpec => typeof s === 'object' && s !== null && 'list' in s

/** Builds a value by asking for every leaf, in declared order. `path` is like `regs[3]`. */
export function build<S, D extends Domain>(spec: S, leaf: (kind: Leaf, path: string) => D[Leaf], path = ''): Of<S, D> {
  if (isLeaf(spec)) return leaf(spec, path) as Of<S, D>
  if (isList(spec)) {
    return Array.from({ length: spec.length }, (_, i) => build(spec.list, leaf, `${path}[${i}]`)) as Of<S, D>
  }
  const out: Record<string, unknown> = {}
  for (const [name, s] of Object.entries(spec as object)) out[name] = build(s, leaf, path === '' ? name : `${path}.${name}`)
  return out as Of<S, D>
}

/** Every leaf of a value, in declared order: path, kind, value. */
export function leaves<S, D extends Domain>(spec: S, value: Of<S, D>, path = ''): { path: string, kind: Leaf, value: D[Leaf] }[] {
  const out: { path: string, kind: Leaf, value: D[Leaf] }[] = []
  walk(spec, value, path, (p, kind, v) => out.push({ path: p, kind, value: v as D[Leaf] }))
  return out
}

function walk(spec: unknown, value: unknown, path: string, visit: (path: string, kind: Leaf, value: unknown) => void): void {
  if (isLeaf(spec)) visit(path, spec, value)
  else if (isList(spec)) (value as unknown[]).forEach((v, i) => walk(spec.list, v, `${path}[${i}]`, visit))
  else for (const [name, s] of Object.entries(spec as object)) walk(s, (value as Record<string, unknown>)[name], path === '' ? name : `${path}.${name}`, visit)
}

/** A deep copy with every leaf mapped. */
export function map<S, D extends Domain, E extends Domain>(spec: S, value: Of<S, D>, f: (leaf: D[Leaf], kind: Leaf, path: string) => E[Leaf], path = ''): Of<S, E> {
  if (isLeaf(spec)) return f(value as D[Leaf], spec, path) as Of<S, E>
  if (isList(spec)) return (value as Of<S, D>[]).map((v, i) => map(spec.list as S, v, f, `${path}[${i}]`)) as Of<S, E>
  const out: Record<string, unknown> = {}
  for (const [name, s] of Object.entries(spec as object)) {
    out[name] = map(s, (value as Record<string, unknown>)[name] as never, f as never, path === '' ? name : `${path}.${name}`)
  }
  return out as Of<S, E>
}

/** A deep copy; leaves are immutable and are shared. */
export function copy<S, D extends Domain>(spec: S, value: Of<S, D>): Of<S, D> {
  return map<S, D, D>(spec, value, (leaf) => leaf)
}

/** All leaves zero or false. */
export function zero<S>(spec: S): Of<S, Concrete> {
  return build<S, Concrete>(spec, (kind) => kind === 'bool' ? false : 0n)
}
