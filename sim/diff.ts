/** Which leaves differ between two states, faster than listing all of them. */
import type { State } from '../trace/state.js'

export type Leaf = bigint | boolean

/** Path and both values of every leaf that differs; the states have the same shape. */
export function diff(a: State, b: State): { path: string, from: Leaf, to: Leaf }[] {
  const out: { path: string, from: Leaf, to: Leaf }[] = []
  for (let i = 0; i < a.cpus.length; i++) record(`cpus[${i}]`, a.cpus[i]!, b.cpus[i]!, out)
  for (let i = 0; i < a.tasks.length; i++) record(`tasks[${i}]`, a.tasks[i]!, b.tasks[i]!, out)
  return out
}

function record(path: string, a: object, b: object, out: { path: string, from: Leaf, to: Leaf }[]): void {
  for (const key in a) {
    const x = (a as Record<string, unknown>)[key], y = (b as Record<string, unknown>)[key]
    if (x === y) continue
    if (typeof x !== 'object' || x === null) out.push({ path: `${path}.${key}`, from: x as Leaf, to: y as Leaf })
    else if (Array.isArray(x)) {
      const z = y as Leaf[]
      for (let i = 0; i < x.length; i++) if (x[i] !== z[i]) out.push({ path: `${path}.${key}[${i}]`, from: x[i] as Leaf, to: z[i]! })
    } else record(`${path}.${key}`, x, y as object, out)
  }
}

const keys = new Map<string, readonly string[]>()

/** The leaf at a path like `tasks[0].frame.words[3]`. */
export function leafAt(s: State, path: string): Leaf {
  let split = keys.get(path)
  if (split === undefined) keys.set(path, split = path.split(/[.[\]]+/).filter((k) => k !== ''))
  let v: unknown = s
  for (const k of split) v = (v as Record<string, unknown>)[k]
  return v as Leaf
}
