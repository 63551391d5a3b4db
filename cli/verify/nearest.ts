/**
 * A lifted piece said in the model's own terms as far as the two agree: then only what a source does otherwise is another term in the kernel
 * that comes out, and a claim that does not see it asks the recorded question. Agreement is guessed from inputs; what comes out is proven.
 */
import type { SymTask } from '../../model/tasks/symbolic.js'
import { boolVar, bvVar } from '../../model/terms/build.js'
import { evaluateAll, type Value } from '../../model/terms/evaluate.js'
import { topological, type Term } from '../../model/terms/term.js'
import { randomInputs } from './random.js'

type Changes = ReadonlyMap<string, Term>
const SAMPLES = 48

/** What the model's function changes of a task, as `current.CELL`; but for those of `not`. */
export function changesOf(before: SymTask, after: SymTask, not: readonly string[]): Changes {
  const out = new Map<string, Term>()
  const add = (name: string, x: unknown, y: unknown): void => { if (x !== y && !not.includes(name)) out.set(`current.${name}`, y as Term) }
  for (const key of Object.keys(before) as (keyof SymTask)[]) {
    const [x, y] = [before[key], after[key]]
    if (Array.isArray(x)) x.forEach((v, i) => { add(`${key}[${i}]`, v, (y as Term[])[i]) })
    else if ('op' in x) add(key, x, y)
  }
  return out
}

/** @returns undefined where the model's function seems to do the very same */
export function nearest(changes: Changes, model: Changes): Changes | undefined {
  const out = new Map<string, Term>()
  let other = false
  for (const path of new Set([...changes.keys(), ...model.keys()])) {
    const { width } = (changes.get(path) ?? model.get(path))!
    const same: Term = width === 0 ? boolVar(path) : bvVar(width, path)
    const [source, theirs] = [changes.get(path) ?? same, model.get(path) ?? same]
    const agree = alike(source, theirs)
    if (!agree) other = true
    if (changes.has(path)) out.set(path, agree ? theirs : source)
  }
  return other ? out : undefined
}

/** Do two terms agree on inputs made of what they themselves compare with? */
export function alike(a: Term, b: Term): boolean {
  if (a === b) return true
  const constants = [0n, 1n, 2n, ...topological([a, b]).flatMap((t) => t.op === 'bvconst' ? [t.value] : [])]
  return Array.from({ length: SAMPLES }, (_, i) => i).every((i) => {
    const any = randomInputs(i)
    const pick = constants[i % constants.length]!
    const [x, y] = evaluateAll([a, b], (name: string, width: number): Value => width > 0 && (name === 'imm' || (i & 1) === 1) ? BigInt.asUintN(width, pick) : any(name, width))
    return x === y
  })
}
