import { expect } from 'chai'
import { and, bit, boolVar, bv, bvadd, bvand, bvnot, bvor, bvVar, clear, concat, eq, extract, implies, is, ite, ne, not, or, shl, sle, ult, zext } from '../../model/terms/build.js'
import { show } from '../../model/terms/show.js'
import type { Term } from '../../model/terms/term.js'

// names of this file's own: arguments stand in order of creation, and terms are shared by all tests
const x = bvVar(64, 'spsr_9')
const y = bvVar(64, 'elr_9')
const p = boolVar('kpti_9')
const shared = bvadd(bvand(x, y), bv(64, 0x30))
const examples: readonly (readonly [Term, string])[] = [
  [bit(4, x), 'spsr_9[4]'], [not(bit(4, x)), '¬spsr_9[4]'], [is(extract<4>(3, 0, x), 13), 'spsr_9[3:0] = 0xd'],
  [clear(x, 0x1fn), '(spsr_9 & 0x1f) = 0'], [ne(x, y), 'spsr_9 ≠ elr_9'], [bvand(x, bvnot(y)), 'spsr_9 & ~elr_9'],
  [implies(p, bit(4, x)), 'kpti_9 ⇒ spsr_9[4]'], [and(p, ult(x, y), sle(y, x)), 'kpti_9 ∧ (spsr_9 < elr_9) ∧ (elr_9 <=s spsr_9)'],
  [ite(p, bvor(x, bv(64, 1)), y), 'if kpti_9 then spsr_9 | 1 else elr_9'], [zext(64, extract<32>(31, 0, x)), 'zero_extend64(spsr_9[31:0])'],
  [concat(extract<32>(63, 32, x), extract<32>(31, 0, y)), 'spsr_9[63:32] ∘ elr_9[31:0]'], [shl(x, 3), 'spsr_9 << 3'], [or(not(p), bit(3, x), not(ult(x, y))), 'kpti_9 ∧ (spsr_9 < elr_9) ⇒ spsr_9[3]'], [not(or(p, bit(0, x))), '¬(kpti_9 ∨ spsr_9[0])'],
  [eq(shared, bvor(shared, y)), 't1 := (spsr_9 & elr_9) + 0x30\nt1 = (t1 | elr_9)'],
]

describe('terms for people', () => {
  for (const [term, text] of examples) it(text.replace('\n', ', '), () => { expect(show(term)).to.equal(text) })
  it('breaks long choices and indents them', () => {
    const long = (n: number): Term => bvadd(bvVar(64, `a_rather_long_name_of_a_register_${n}`), y)
    expect(show(ite(p, long(1) as typeof x, ite(bit(4, x), long(2) as typeof x, long(3) as typeof x)))).to.equal(`if kpti_9 then
  a_rather_long_name_of_a_register_1 + elr_9
else
  if spsr_9[4] then
    a_rather_long_name_of_a_register_2 + elr_9
  else
    a_rather_long_name_of_a_register_3 + elr_9`)
  })
})
