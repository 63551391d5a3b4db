/**
 * Many claims, each asked by itself (one conjunction of them is much harder for every solver that was tried), but claims
 * that differ only in the names of their variables only once: 31 registers are mostly one question. Where a side is a choice, it is asked
 * first when which value is chosen (split.ts), if random inputs say that this is the same: one condition decides over many cells.
 */
import { and, bit, bool, eq, iff, iteBool, not } from '../../model/terms/build.js'
import type { Value } from '../../model/terms/evaluate.js'
import { propagate } from '../../model/terms/propagate.js'
import { queryText } from '../../model/terms/smtlib.js'
import { substitute } from '../../model/terms/substitute.js'
import { variables, type Bool, type BV, type Term } from '../../model/terms/term.js'
import type { SolverPool } from '../../proofs/solvers/index.js'
import { byConjuncts, byValues, signatures, underFacts, worthwhile, type Pair } from './split.js'

export type Proof = 'proven' | 'refuted' | { readonly unknown: string }
interface Answered { readonly proof: Proof, readonly input?: ReadonlyMap<string, Value> }
const LIMIT_MS = 60_000
const AT_ONCE = 4

/** @param first one refuted claim is enough: the rest is `unknown` then; it is told with an input that refutes it */
export async function prove(assume: readonly Bool[], claims: readonly Bool[], pool: Pick<SolverPool, 'ask'>, first?: (input: ReadonlyMap<string, Value>) => void): Promise<Map<Term, Proof>> {
  let enough = false
  let running = 0
  const waiting: (() => void)[] = []
  /** Few at once, so that what is no longer needed is never put. */
  const put = async (text: string): Promise<Answered> => {
    if (first === undefined) return { proof: proofOf(await pool.ask({ text, values: [], timeoutMs: LIMIT_MS })) }
    while (running >= AT_ONCE) await new Promise<void>((go) => { waiting.push(go) })
    if (enough) { waiting.shift()?.(); return { proof: { unknown: 'not needed' } } }
    running++
    const a = await pool.ask({ text, timeoutMs: LIMIT_MS })
    running--
    waiting.shift()?.()
    return { proof: proofOf(a), ...a.kind === 'sat' ? { input: a.model } : {} }
  }
  const asked = new Map<string, Promise<Answered>>()
  const known = new Map<string, Promise<Proof>>()
  const facts = bitwise(assume)
  const texts = new Map<Term, { text: string, key: string } | undefined>()
  /** A claim's question, and the same without names; undefined where it needs no solver. */
  const stated = (claim: Bool): { text: string, key: string } | undefined => {
    if (texts.has(claim)) return texts.get(claim)
    const terms = propagate([...facts, ...bitwise([not(claim)])])
    const text = queryText(terms)
    const made = terms.some((t) => t.op === 'false') ? undefined : { text, key: renamed(text, terms) }
    texts.set(claim, made)
    return made
  }
  /** `lemma`: if it does not hold, its claim may hold all the same. */
  const ask = (claim: Bool, lemma: boolean): Promise<Proof> => {
    const question = stated(claim)
    if (question === undefined) return Promise.resolve<Proof>('proven')
    const { text, key } = question
    let p = asked.get(key)
    if (p === undefined) {
      p = put(text)
      asked.set(key, p)
    }
    return p.then(({ proof, input }) => {
      if (!lemma && input !== undefined && !enough) { enough = true; first?.(input) }
      return proof
    })
  }
  const alike = signatures(assume)
  const same = (x: Term, y: Term, lemma: boolean): Promise<Proof> => {
    if (x === y) return Promise.resolve('proven')
    const key = `${x.id} ${y.id} ${lemma}`
    let p = known.get(key)
    if (p === undefined) known.set(key, p = parts(x, y, lemma))
    return p
  }
  const whole = (x: Term, y: Term): Bool => x.width === 0 ? iff(x as Bool, y as Bool) : eq(x as BV, y as BV)
  const parts = async (x: Term, y: Term, lemma: boolean, pairs?: readonly Pair[]): Promise<Proof> => {
    const split = lemma && x.width === 0 ? byConjuncts(x, y, alike) : pairs
    if (split !== undefined && !split.some(([p, q]) => p === x && q === y) && (await Promise.all(split.map(([p, q]) => same(p, q, true)))).every((r) => r === 'proven')) return 'proven'
    return ask(whole(x, y), lemma)
  }
  const ways = worthwhile(new Map(claims.map((c) => [c, c.op === 'eq' ? byValues(underFacts(facts, c.args[0]!, c.args[1]!), alike) : undefined])), alike)
  const one = (c: Bool): Promise<Proof> => c.op === 'eq' ? parts(c.args[0]!, c.args[1]!, false, ways.get(c)) : ask(c, false)
  /** Some that are alike in one question; where it is not refuted, each by itself. */
  const several = async (some: readonly Bool[]): Promise<readonly Proof[]> =>
    some.length > 1 && await ask(and(...some), true) === 'proven' ? some.map((): Proof => 'proven') : Promise.all(some.map(one))
  const alone = claims.filter((c) => c.op === 'eq' && ways.get(c) === undefined)
  const size = new Set(alone.map((c) => stated(c)?.key)).size === alone.length ? TOGETHER : 1
  const groups = Array.from({ length: Math.ceil(alone.length / size) }, (_, i) => alone.slice(i * size, (i + 1) * size))
  const proofs = new Map<Term, Proof>()
  await Promise.all([
    ...groups.map(async (g) => { const found = await several(g); g.forEach((c, i) => proofs.set(c, found[i]!)) }),
    ...claims.filter((c) => !alone.includes(c)).map(async (c) => { proofs.set(c, await one(c)) }),
  ])
  return proofs
}
/** So many claims are one question, where no two of them are the same but for names. */
const TOGETHER = 6
const proofOf = (a: Awaited<ReturnType<SolverPool['ask']>>): Proof => a.kind === 'unsat' ? 'proven' : a.kind === 'sat' ? 'refuted' : { unknown: a.reason }

/** `(word & mask) = value` bit by bit, where the mask has few: then an assumption about single bits meets it. A choice of constants compared with a constant is a condition. */
function bitwise(terms: readonly Bool[]): Bool[] {
  return substitute(terms, () => undefined, (t) => {
    const [left, right] = t.args
    if (t.op !== 'eq' || left === undefined || right?.op !== 'bvconst') return t
    const chosen = choice(left, right.value, 8)
    if (chosen !== undefined) return chosen
    if (left.op !== 'bvand' || left.args[1]?.op !== 'bvconst') return t
    const mask = left.args[1].value
    const set = [...mask.toString(2)].reverse().flatMap((b, i) => b === '1' ? [i] : [])
    if (set.length > 16 || (right.value & ~mask) !== 0n) return t
    return and(...set.map((i) => { const b = bit(i, left.args[0]!); return (right.value >> BigInt(i)) & 1n ? b : not(b) }))
  }) as Bool[]
}
/** x = value, where x is a choice between constants; undefined where it is none. */
function choice(x: Term, value: bigint, depth: number): Bool | undefined {
  if (x.op === 'bvconst') return bool(x.value === value)
  if (depth === 0) return undefined
  if (x.op === 'zext' || x.op === 'sext') {
    const inner = x.args[0]!
    const low = BigInt.asUintN(inner.width, value)
    const whole = x.op === 'zext' ? low : BigInt.asUintN(x.width, BigInt.asIntN(inner.width, low))
    return whole === value ? choice(inner, low, depth - 1) : constants(inner, depth) ? bool(false) : undefined
  }
  if (x.op !== 'ite') return undefined
  const [a, b] = [choice(x.args[1]!, value, depth - 1), choice(x.args[2]!, value, depth - 1)]
  return a === undefined || b === undefined ? undefined : iteBool(x.args[0]! as Bool, a, b)
}
const constants = (x: Term, depth: number): boolean => x.op === 'bvconst' || (depth > 0 && x.op === 'ite' && constants(x.args[1]!, depth - 1) && constants(x.args[2]!, depth - 1))

/** The assertions with their quoted variables numbered in order of appearance, and the widths in that order. Equal keys: the same question. */
function renamed(text: string, terms: readonly Term[]): string {
  const widths = new Map(variables(...terms).map((v) => [v.name, v.width]))
  const order = new Map<string, number>()
  const body = text.slice(text.indexOf('(assert')).replace(/\|([^|]*)\|/g, (_, name: string) => {
    if (!order.has(name)) order.set(name, order.size)
    return `|${order.get(name)}|`
  })
  return `${body} ${[...order.keys()].map((n) => widths.get(n)).join(' ')}`
}
