/** What is asked first is implied by what is meant: nothing is lost. */
import { expect } from 'chai'
import { principles } from '../../explore/index.js'
import { relaxed } from '../../explore/relaxed.js'
import { smaller } from '../../explore/smaller.js'
import { and, bvadd, bv, bvVar, concat, eq, extract, False, is, ite, boolVar, ne, or, ult } from '../../model/terms/build.js'
import { evaluateAll, type Value } from '../../model/terms/evaluate.js'
import { allKernels } from '../../model/kernels/index.js'
import { question } from '../../proofs/query.js'

const x = bvVar(64, 'x')
const y = bvVar(64, 'y')
const c = boolVar('c')

describe('explore: the question without its data', () => {
  it('keeps the condition and drops the data', () => {
    expect(relaxed(ne(ite(c, y, x), x))).to.equal(c)
    expect(relaxed(ne(x, x))).to.equal(False)
    expect(relaxed(or(...[0, 1, 2].map((i) => ne(ite(c, bvVar(64, `new${i}`), bvVar(64, `old${i}`)), bvVar(64, `old${i}`)))))).to.equal(c)
    const halves = concat<64>(ite(c, extract<32>(63, 32, y), extract<32>(63, 32, x)), extract<32>(31, 0, x))
    expect(relaxed(ne(halves, x))).to.equal(c)
  })
  it('leaves arithmetic and narrow values as they are', () => {
    const sum = ne(bvadd(x, bv(64, 1)), y)
    expect(relaxed(sum)).to.equal(sum)
    const narrow = ne(bvVar(8, 'p'), bvVar(8, 'q'))
    expect(relaxed(narrow)).to.equal(narrow)
  })
  it('is true wherever the exact one is', function () {
    this.timeout(120_000)
    const k = allKernels.find((one) => one.name === 'rfc-v2')!
    let state = 12345n
    const next = (): bigint => (state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n))
    let broken = 0
    for (const name of ['scheduling', 'failed-request', 'written-back']) {
      const probes = principles.find((p) => p.name === name)!.probes(k, allKernels)
      for (const probe of probes.filter((_, i) => i % 6 === 0)) {
        const q = question({ name: probe.event, tasks: probe.tasks, script: probe.script, ...probe.second === undefined ? {} : { second: probe.second }, situation: () => ne(x, x), property: () => False }, k, () => [])
        const exact = probe.aspects(q.runs).map((a) => a.broken)
        const weak = exact.map(relaxed)
        for (let round = 0; round < 16; round++) {
          const values = new Map<string, Value>()
          const env = (n: string, width: number): Value => {
            let v = values.get(n)
            if (v === undefined) values.set(n, v = width === 0 ? (next() >> 40n & 1n) === 1n : next() >> 60n < 8n ? 0n : (next() << 64n | next()) & ((1n << BigInt(width)) - 1n))
            return v
          }
          const all = evaluateAll([...exact, ...weak], env)
          exact.forEach((_, i) => {
            if (all[i] === true) broken++
            expect(all[i] === true && all[exact.length + i] !== true, `${probe.event}, aspect ${i}`).to.equal(false)
          })
        }
      }
    }
    expect(broken).to.be.greaterThan(80)
  })
  it('makes a run smaller without breaking what has to hold', () => {
    const [a, b] = [bvVar(64, 'a'), bvVar(64, 'b')]
    const terms = [ult(bv(64, 8), a), or(is(b, 7), ult(bv(64, 0x1000), b)), eq(bvVar(64, 'd'), bv(64, 5)), and(boolVar('e'), c)]
    const model = new Map<string, Value>([['a', 0xffffn], ['b', 0xdead_beefn], ['d', 5n], ['e', true], ['c', true], ['f', 99n]])
    const found = smaller(terms, model, (_n, width) => width === 0 ? false : 0n)
    expect(evaluateAll(terms, (n) => found.get(n))).to.deep.equal([true, true, true, true])
    expect([found.get('a'), (found.get('b') as bigint) < 0x10000n]).to.deep.equal([9n, true])
  })
})
