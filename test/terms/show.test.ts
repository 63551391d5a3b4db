import { expect } from 'chai'
import { and, bit, boolVar, bv, bvadd, bvand, bvnot, bvor, bvVar, clear, concat, eq, extract, implies, is, ite, ne, not, or, shl, sle, ult, zext } from '../../model/terms/build.js'
import { show } from '../../model/terms/show.js'
import type { Term } from '../../model/terms/term.js'

const x = bvVar(64, 'pstate')
const y = bvVar(64, 'pc')
const p = boolVar('kpti')
const shared = bvadd(bvand(x, y), bv(64, 0x30))
const examples: readonly (readonly [Term, string])[] = [
  [bit(4, x), 'pstate[4]'], [not(bit(4, x)), '¬pstate[4]'], [is(extract<4>(3, 0, x), 13), 'pstate[3:0] = 0xd'],
  [clear(x, 0x1fn), '(pstate & 0x1f) = 0'], [ne(x, y), 'pstate ≠ pc'], [bvand(x, bvnot(y)), 'pstate & ~pc'],
  [implies(p, bit(4, x)), 'kpti ⇒ pstate[4]'], [and(p, ult(x, y), sle(y, x)), 'kpti ∧ (pstate < pc) ∧ (pc <=s pstate)'],
  [ite(p, bvor(x, bv(64, 1)), y), 'if kpti then pstate | 1 else pc'], [zext(64, extract<32>(31, 0, x)), 'zero_extend64(pstate[31:0])'],
  [concat(extract<32>(63, 32, x), extract<32>(31, 0, y)), 'pstate[63:32] ∘ pc[31:0]'], [shl(x, 3), 'pstate << 3'], [or(not(p), bit(3, x), not(ult(x, y))), 'kpti ∧ (pstate < pc) ⇒ pstate[3]'], [not(or(p, bit(0, x))), '¬(kpti ∨ pstate[0])'],
  [eq(shared, bvor(shared, y)), 't1 := (pstate & pc) + 0x30\nt1 = (t1 | pc)'],
]

describe('terms for people', () => {
  for (const [term, text] of examples) it(text.replace('\n', ', '), () => { expect(show(term)).to.equal(text) })
  it('breaks long choices and indents them', () => {
    const long = (n: number): Term => bvadd(bvVar(64, `a_rather_long_name_of_a_register_${n}`), y)
    expect(show(ite(p, long(1) as typeof x, ite(bit(4, x), long(2) as typeof x, long(3) as typeof x)))).to.equal(`if kpti then
  a_rather_long_name_of_a_register_1 + pc
else
  if pstate[4] then
    a_rather_long_name_of_a_register_2 + pc
  else
    a_rather_long_name_of_a_register_3 + pc`)
  })
})
