/** Which functions are not equal to a model, without their smallest inputs: random inputs first, then the solver. */
import { evaluateAll, type Value } from '../../model/terms/evaluate.js'
import type { Bool } from '../../model/terms/term.js'
import { and } from '../../model/terms/build.js'
import { equal, type Question } from './comparison.js'
import type { Base } from './kernels.js'
import { prove } from './prove.js'
import { randomInputs } from './random.js'
import { bindings, liftFor, questionHash, type Asks, type Source } from './verify.js'

/** The question of a function whose answer is known to be `equal`. */
export type Known = (name: string) => Question | undefined
export interface Apart { readonly open: readonly string[], readonly notLifted: readonly string[] }

/** Inputs that told some model of a function apart from a source: they are tried first on the next one. */
const telling = new Map<string, readonly ReadonlyMap<string, Value>[]>()

/**
 * @param proven hashes of questions known to be answered with `equal`; what is proven here is added
 * @param equals what is known to be equal: a claim that was one there, under the same assumptions, is proven
 * @param hopeful told once if no input tells the kernel apart and it is for the solver to say
 * @param first `stop`: stop at the first function that is not equal; `suspect`: once there is one, the others that are not known to be equal count as open, too, and are not asked about
 */
export async function notEqual(source: Source, kernel: Base, pool: Pick<Asks, 'ask'>, proven: Set<string>, names?: ReadonlySet<string>, first?: 'stop' | 'suspect', equals?: Known, hopeful?: (k: Base) => void): Promise<Apart> {
  const open: string[] = []
  const notLifted: string[] = []
  const left: { name: string, q: Question, hash: string }[] = []
  for (const b of bindings) {
    if (names !== undefined && !names.has(b.name)) continue
    const { lifted, question: q } = liftFor(source, kernel, b)
    if (lifted.kind === 'not lifted' || q === undefined) { if (lifted.kind === 'not lifted' && !/no such function/.test(lifted.reason)) notLifted.push(b.name); continue }
    const hash = questionHash(q)
    if (q.unexplained.length === 0 && proven.has(hash)) continue
    if (q.unexplained.length > 0 || refuted(q, telling.get(b.name) ?? [])) { open.push(b.name); if (first === 'stop') return { open, notLifted } } else left.push({ name: b.name, q, hash })
  }
  if (open.length === 0 && left.length > 0) hopeful?.(kernel)
  // small questions first: a callee comes before what it is inlined into
  left.sort((x, y) => claimsOf(x.q).length - claimsOf(y.q).length)
  const one = async ({ name, q, hash }: typeof left[number]): Promise<void> => {
    if (open.length > 0 && first === 'suspect') { open.push(name); return }
    if (open.length > 0 && first === 'stop') return
    const already = equals?.(name)
    const same = already !== undefined && already.assume.length === q.assume.length && already.assume.every((a, i) => a === q.assume[i]) ? new Set(claimsOf(already)) : undefined
    const claims = claimsOf(q).filter((c) => same?.has(c) !== true)
    const proofs = await prove(q.assume, claims, pool, (input) => { telling.set(name, [...telling.get(name) ?? [], input]) })
    if (claims.every((c) => proofs.get(c) === 'proven')) proven.add(hash)
    else open.push(name)
  }
  if (first === undefined) await Promise.all(left.map(one))
  else for (const x of left) await one(x)
  return { open, notLifted }
}

export const claimsOf = (q: Question): Bool[] => [...q.outputs.map((o) => equal(o)), ...(q.obligations.length === 0 ? [] : [and(...q.obligations.map((o) => o.holds))])].filter((c) => c.op !== 'true')

/** Does an input that told others apart, or one of a few (zeros, ones, single bits, anything), tell the sides apart? The same inputs every time. */
function refuted(q: Question, known: readonly ReadonlyMap<string, Value>[]): boolean {
  const claims = claimsOf(q)
  if (claims.some((c) => c.op === 'false')) return true
  const inputs = [...known.map((m) => (name: string, width: number): Value => m.get(name) ?? (width === 0 ? false : 0n)), ...Array.from({ length: 24 }, (_, i) => randomInputs(i))]
  return inputs.some((input) => {
    const values = evaluateAll([...q.assume, ...claims], input)
    return !values.slice(0, q.assume.length).includes(false) && values.slice(q.assume.length).includes(false)
  })
}
