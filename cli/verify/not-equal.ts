/** Which functions are not equal to a model, without their smallest inputs: random inputs first, then the solver. */
import { evaluateAll } from '../../model/terms/evaluate.js'
import type { Bool } from '../../model/terms/term.js'
import { and } from '../../model/terms/build.js'
import { equal, type Question } from './comparison.js'
import type { Base } from './kernels.js'
import { prove } from './prove.js'
import { randomInputs } from './random.js'
import { bindings, liftFor, questionHash, type Asks, type Source } from './verify.js'

export interface Apart { readonly open: readonly string[], readonly notLifted: readonly string[] }

/**
 * @param proven hashes of questions known to be answered with `equal`; what is proven here is added
 * @param first stop at the first function that is not equal
 */
export async function notEqual(source: Source, kernel: Base, pool: Pick<Asks, 'ask'>, proven: Set<string>, names?: ReadonlySet<string>, first = false): Promise<Apart> {
  const open: string[] = []
  const notLifted: string[] = []
  const left: { name: string, q: Question, hash: string }[] = []
  for (const b of bindings) {
    if (names !== undefined && !names.has(b.name)) continue
    const { lifted, question: q } = liftFor(source, kernel, b)
    if (lifted.kind === 'not lifted' || q === undefined) { if (lifted.kind === 'not lifted' && !/no such function/.test(lifted.reason)) notLifted.push(b.name); continue }
    const hash = questionHash(q)
    if (q.unexplained.length === 0 && proven.has(hash)) continue
    if (q.unexplained.length > 0 || refutedAtRandom(q)) { open.push(b.name); if (first) return { open, notLifted } } else left.push({ name: b.name, q, hash })
  }
  let stop = false
  await Promise.all(left.map(async ({ name, q, hash }) => {
    if (stop) return
    const claims = claimsOf(q)
    const proofs = await prove(q.assume, claims, pool)
    if (claims.every((c) => proofs.get(c) === 'proven')) proven.add(hash)
    else { open.push(name); stop = first }
  }))
  return { open, notLifted }
}

export const claimsOf = (q: Question): Bool[] => [...q.outputs.map((o) => equal(o)), ...(q.obligations.length === 0 ? [] : [and(...q.obligations.map((o) => o.holds))])].filter((c) => c.op !== 'true')

/** Does one of a few inputs (zeros, ones, single bits, anything) already tell the sides apart? The same inputs every time. */
function refutedAtRandom(q: Question): boolean {
  const claims = claimsOf(q)
  if (claims.some((c) => c.op === 'false')) return true
  for (let round = 0; round < 48; round++) {
    const values = evaluateAll([...q.assume, ...claims], randomInputs(round))
    if (!values.slice(0, q.assume.length).includes(false) && values.slice(q.assume.length).includes(false)) return true
  }
  return false
}
