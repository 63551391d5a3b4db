import { expect } from 'chai'
import fc from 'fast-check'
import { and, bit, boolVar, bv, bvadd, bvand, bvVar, bvxor, eq, extract, implies, is, ne, not, or, ule, ult, xor } from '../../model/terms/build.js'
import { evaluate, type Value } from '../../model/terms/evaluate.js'
import { queryText } from '../../model/terms/smtlib.js'
import { variables, type Bool, type BV } from '../../model/terms/term.js'
import { irrelevantByFolding } from '../../proofs/evidence/irrelevant.js'
import { SolverPool, type Input } from '../../proofs/solvers/index.js'
import { minimise } from '../../proofs/solvers/minimise.js'

const x = bvVar(4, 'x')
const y = bvVar(4, 'y')
const p = boolVar('kpti')
const q = boolVar('dit')
const inputs: Input[] = [
  { name: 'kpti', width: 0, default: 1n, config: true }, { name: 'dit', width: 0, default: 0n, config: true },
  { name: 'x', width: 4, default: 0b1010n }, { name: 'y', width: 4, default: 0n },
]

/** All 1024 assignments, smallest first by the rule of the minimal witness. */
const ordered = Array.from({ length: 1024 }, (_, n) => {
  const env = new Map<string, Value>([['kpti', (n & 512) !== 0], ['dit', (n & 256) !== 0], ['x', BigInt(n >> 4 & 15)], ['y', BigInt(n & 15)]])
  const ones = (v: number): number => v.toString(2).replaceAll('0', '').length
  const settings = ones((n >> 8) ^ 0b10)
  return { env, settings, bits: settings + ones((n >> 4 & 15) ^ 10) + ones(n & 15), n }
}).sort((a, b) => a.settings - b.settings || a.bits - b.bits || a.n - b.n)
const holds = (f: Bool, env: ReadonlyMap<string, Value>): boolean => evaluate(f, (name) => env.get(name)) === true

/** Inputs of which every value keeps f true. */
const free = (f: Bool, env: ReadonlyMap<string, Value>): string[] => inputs.filter((i) =>
  Array.from({ length: i.width === 0 ? 2 : 16 }, (_, v) => new Map(env).set(i.name, i.width === 0 ? v === 1 : BigInt(v))).every((e) => holds(f, e))).map((i) => i.name)

const vectors = fc.letrec<{ v: BV<4> }>((tie) => ({
  v: fc.oneof({ maxDepth: 3, withCrossShrink: true }, fc.constantFrom(x, y), fc.nat(15).map((n) => bv(4, n)),
    fc.tuple(tie('v'), tie('v'), fc.constantFrom(bvadd, bvand, bvxor)).map(([a, b, op]) => op(a, b) as BV<4>)),
})).v
const atoms = fc.oneof(fc.constantFrom(p, q, not(p), not(q)), fc.tuple(vectors, vectors, fc.constantFrom(eq, ne, ult, ule)).map(([a, b, op]) => op(a, b)))
const formulas = fc.array(fc.tuple(atoms, atoms, fc.constantFrom(or, xor, implies)).map(([a, b, op]) => op(a, b)), { minLength: 1, maxLength: 4 }).map((fs) => and(...fs))

describe('smallest witness', function () {
  this.timeout(600_000)
  const agrees = (f: Bool, maxCores: number): void => {
    const answer = minimise({ text: queryText([f]), inputs }, maxCores)
    const smallest = ordered.find((o) => holds(f, o.env))
    if (smallest === undefined) { expect(answer.kind).to.equal('unsat'); return }
    expect(answer).to.deep.equal({
      kind: 'sat', minimal: true, model: smallest.env, settings: smallest.settings, bits: smallest.bits,
    })
  }
  for (const [how, maxCores] of [['by cores', 400], ['by counting', 0], ['by cores, then by counting', 2]] as const) {
    it(`is the one that trying all assignments finds (${how})`, () => {
      fc.assert(fc.property(formulas, (f) => agrees(f, maxCores)), { numRuns: 300, seed: 20261122 })
    })
  }

  it('has the inputs that do not matter, or leaves few open', () => {
    fc.assert(fc.property(formulas, (f) => {
      const smallest = ordered.find((o) => holds(f, o.env))
      fc.pre(smallest !== undefined)
      const { irrelevant, open } = irrelevantByFolding([f], (name) => smallest!.env.get(name)!)
      const named = variables(f).map((v) => v.name)
      const truly = free(f, smallest!.env).filter((name) => named.includes(name))
      expect(truly).to.include.members(irrelevant)
      expect([...irrelevant, ...open.map((o) => o.name)]).to.include.members(truly)
      for (const o of open) expect(variables(o.formula).map((v) => v.name)).to.deep.equal([o.name])
    }), { numRuns: 300, seed: 20261122 })
  })

  it('leaves inputs that the text does not name at their default', () => {
    const answer = minimise({ text: queryText([ne(y, bv(4, 0))]), inputs })
    expect(answer.kind === 'sat' && { x: answer.model.get('x'), y: answer.model.get('y') })
      .to.deep.equal({ x: 10n, y: 1n })
  })
  it('makes variables that are no inputs smallest, too', () => {
    const z = bvVar(8, 'z')
    const answer = minimise({ text: queryText([is(bvand(z, bv(8, 0x42)), 0x40)]), inputs })
    expect(answer.kind === 'sat' && answer.model.get('z')).to.equal(0x40n)
  })
  it('handles a sum whose cores are many', () => {
    const a = bvVar(12, 'a')
    const b = bvVar(12, 'b')
    const answer = minimise({ text: queryText([is(bvadd(a, b), 0xbcd), not(bit(0, a)), is(extract<4>(7, 4, b), 3)]), inputs: [] })
    const smallest = Array.from({ length: 4096 }, (_, v) => ({ a: v, b: (0xbcd - v) & 0xfff })).filter((s) => (s.a & 1) === 0 && (s.b >> 4 & 15) === 3)
      .map((s) => ({ ...s, bits: [...s.a.toString(2), ...s.b.toString(2)].filter((c) => c === '1').length })).sort((s, t) => s.bits - t.bits || s.a - t.a)[0]!
    expect(answer).to.include({ kind: 'sat', minimal: true, bits: smallest.bits })
    expect(answer.kind === 'sat' && [...answer.model]).to.deep.equal([['a', BigInt(smallest.a)], ['b', BigInt(smallest.b)]])
  })
  it('is made small at once where that is asked for, and said not to be the smallest', () => {
    const [a, b] = [bvVar(12, 'a'), bvVar(12, 'b')]
    const f = [is(bvadd(a, b), 0xbcd), not(bit(0, a)), is(extract<4>(7, 4, b), 3)]
    const answer = minimise({ text: queryText(f), inputs: [], shrinkMs: 1000 })
    if (answer.kind !== 'sat') throw new Error(answer.kind)
    expect(f.every((t) => evaluate(t, (name) => answer.model.get(name)) === true)).to.equal(true)
    expect(answer.minimal).to.equal(false)
    // no single bit can go back to its default, 0
    for (const [name, v] of answer.model) {
      for (let i = 0n; i < 12n; i++) {
        if (((v as bigint) >> i & 1n) === 0n) continue
        const less = new Map(answer.model).set(name, (v as bigint) & ~(1n << i))
        expect(f.every((t) => evaluate(t, (n) => less.get(n)) === true), `${name} without bit ${i}`).to.equal(false)
      }
    }
    expect(minimise({ text: queryText([...f, bit(0, a)]), inputs: [], shrinkMs: 1000 }).kind).to.equal('unsat')
    expect(minimise({ text: queryText([is(bvadd(a, b), 0)]), inputs: [], shrinkMs: 1000 })).to.include({ minimal: true, bits: 0 })
  })
  it('says unknown when the limit is too tight', () => {
    const wide = Array.from({ length: 8 }, (_, i) => bvVar(64, `w${i}`))
    const sum = wide.reduce((s, w) => bvadd(s, bvxor(s, w)))
    const answer = minimise({ text: queryText([is(sum, 0x1234_5678), ult(wide[0]!, wide[1]!)]), inputs: [], searchConflicts: 10 })
    expect(answer.kind).to.equal('unknown')
  })
})

describe('smallest witness, from a pool', function () {
  this.timeout(600_000)
  const pool = new SolverPool({ jobs: 2 })
  after(() => pool.close())
  it('comes with its solver and time', async () => {
    const answer = await pool.minimise({ text: queryText([p, ne(x, y)]), inputs })
    expect(answer).to.include({ kind: 'sat', solver: 'embedded', bits: 0, settings: 0 })
    expect(answer.milliseconds).to.be.greaterThan(0)
  })
  it('is any witness, said not to be minimal, where the search gives up', async () => {
    const wide = Array.from({ length: 4 }, (_, i) => bvVar(64, `w${i}`))
    const goal = [is(wide.reduce((s, w) => bvadd(s, bvxor(s, w))), 0x1234_5678), ult(wide[0]!, wide[1]!)]
    const answer = await pool.minimise({ text: queryText(goal), inputs: [], rlimit: 1_000_000, timeoutMs: 10_000, searchConflicts: 1 })
    expect(answer.kind === 'sat' && answer.minimal).to.equal(false)
    expect(answer.kind === 'sat' && goal.every((f) => evaluate(f, (name) => answer.model.get(name)) === true)).to.equal(true)
  })
  it('says unknown when an input does not fit the text', async () => {
    const answer = await pool.minimise({ text: queryText([p]), inputs: [{ name: 'kpti', width: 3, default: 0n }] })
    expect(answer).to.include({ kind: 'unknown', reason: 'solver failed: input kpti: 3 bits, but 0 in the text' })
  })
})
