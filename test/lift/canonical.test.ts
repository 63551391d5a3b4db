import { expect } from 'chai'
import { and, bvadd, bvVar, eq, ult } from '../../model/terms/build.js'
import { canonicalHash } from '../../cli/verify/canonical.js'

describe('canonicalHash', () => {
  const v = (n: string) => bvVar(32, `canonical.${n}`)
  it('does not depend on which argument was made first', () => {
    const [a, b] = [v('a'), v('b')]
    const one = canonicalHash([and(eq(bvadd(a, b), a), ult(a, b))])
    expect(canonicalHash([and(ult(a, b), eq(a, bvadd(b, a)))])).to.equal(one)
    const renamed = (x: string, y: string) => canonicalHash([bvadd(v(x), v(y))])
    // c is made before d in one, after it in the other
    v('d')
    expect(renamed('c', 'd')).to.equal(renamed('d', 'c'))
  })
  it('tells operators, widths, values, names and order where it matters apart', () => {
    const [a, b] = [v('a'), v('b')]
    const all = [ult(a, b), ult(b, a), eq(a, b), bvVar(33, 'canonical.a'), a, b, bvadd(a, b)].map((t) => canonicalHash([t]))
    expect(new Set(all).size).to.equal(all.length)
  })
})
