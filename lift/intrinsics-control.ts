/** Hints to the compiler and checks: they change no state. */
import { combine, evaluate, integer, place as lvalue, scalar, typeOf } from './expressions.js'
import { argument, ignored, intrinsic, nothing, type Intrinsic } from './intrinsic.js'
import { types } from './types.js'
import { constant, fromBool, int, truth, voidV, address, choose } from './values.js'
import { bv, bvand, eq, extract, ite, not, sext, ult, zext } from '../model/terms/build.js'
import type { BV } from '../model/terms/term.js'

const same = (meaning: string): Intrinsic => intrinsic(meaning, (m, args, n) => evaluate(m, argument(m, args, 0, n)))
const warn = intrinsic('its condition, as a truth value; the warning itself is not lifted', (m, args, n) => fromBool(truth(scalar(m, argument(m, args, 0, n)))))
const minmax = (less: boolean): Intrinsic => intrinsic(`the ${less ? 'smaller' : 'larger'} of two values of one type`, (m, args, n) => {
  const a = scalar(m, argument(m, args, 0, n))
  const b = scalar(m, argument(m, args, 1, n))
  const c = combine(m, less ? '<' : '>', a, b, n)
  return choose(truth(c as never), a, b) ?? m.fail('values of different types', n)
})

export const control: Record<string, Intrinsic> = {
  likely: same('its argument'),
  unlikely: same('its argument'),
  READ_ONCE: same('its argument, read once'),
  __builtin_expect: same('its first argument'),
  untagged_addr: same('its argument: no tagged addresses are lifted'),
  WRITE_ONCE: intrinsic('assignment', (m, args, n) => { const v = evaluate(m, argument(m, args, 1, n)); m.write(lvalue(m, argument(m, args, 0, n)), m.convert(v, typeOf(m, argument(m, args, 0, n)), n), n); return voidV }),
  WARN_ON: warn, WARN_ON_ONCE: warn, WARN: warn, WARN_ONCE: warn,
  BUG_ON: intrinsic('control goes on only where the condition is false', (m, args, n) => { m.oblige(not(truth(scalar(m, argument(m, args, 0, n)))), 'BUG_ON is not reached', n); return voidV }),
  BUILD_BUG_ON: ignored('judged by the compiler'), BUILD_BUG_ON_ZERO: intrinsic('0', () => constant(0n)), __must_be_array: intrinsic('0', () => constant(0n)), static_assert: ignored('judged by the compiler'),
  barrier: ignored('one CPU at a time, in program order'), isb: ignored('one CPU at a time'), dsb: ignored('one CPU at a time'), smp_mb: ignored('one CPU at a time'), smp_rmb: ignored('one CPU at a time'), smp_wmb: ignored('one CPU at a time'),
  instrumentation_begin: ignored('instrumentation'), instrumentation_end: ignored('instrumentation'), might_fault: ignored('a debugging aid'), might_sleep: ignored('a debugging aid'),
  lockdep_assert_irqs_disabled: ignored('a debugging aid'), nop: ignored('nothing'),
  cond_resched: ignored('what other tasks do is not lifted'), preempt_disable: ignored('one CPU at a time'), preempt_enable: ignored('one CPU at a time'),
  local_daif_mask: nothing('interrupts'), local_daif_restore: nothing('interrupts'), local_irq_disable: nothing('interrupts'), local_irq_enable: nothing('interrupts'),
  IS_ENABLED: intrinsic('1 if the configuration has the option', (m, args, n) => constant(m.unit.tree.config.get(argument(m, args, 0, n).text) === '1' ? 1n : 0n)),
  IS_ERR_VALUE: intrinsic('the value is one of the 4095 highest unsigned longs', (m, args, n) => {
    const v = scalar(m, argument(m, args, 0, n))
    const t = v.k === 'ptr' ? address(v) : (m.convert(v, types.ulong, n) as { term: BV<64> }).term
    return fromBool(not(ult(t, bv(64, (1n << 64n) - 4095n))))
  }),
  min: minmax(true), max: minmax(false),
  ARRAY_SIZE: intrinsic('number of elements of an array', (m, args, n) => {
    const t = typeOf(m, argument(m, args, 0, n))
    return t.k === 'array' && t.length !== undefined ? constant(BigInt(t.length), types.ulong) : m.fail('not an array', n)
  }),
  array_index_nospec: intrinsic('its first argument where it is below the second, else 0', (m, args, n) => {
    const i = integer(m, argument(m, args, 0, n))
    const c = truth(combine(m, '<', i, integer(m, argument(m, args, 1, n)), n) as never)
    return int(i.type, ite(c, i.term, bv(i.term.width, 0) as BV))
  }),
  lower_32_bits: intrinsic('bits 31:0 as u32', (m, args, n) => { const v = integer(m, argument(m, args, 0, n)); return int(types.uint, v.term.width <= 32 ? zext(32, v.term) : extract<32>(31, 0, v.term)) }),
  upper_32_bits: intrinsic('bits 63:32 as u32', (m, args, n) => int(types.uint, extract<32>(63, 32, (m.convert(integer(m, argument(m, args, 0, n)), types.ulong, n) as { term: BV }).term))),
  sign_extend64: intrinsic('bits n:0 of a 64-bit value with bit n as the sign', (m, args, n) => {
    const v = (m.convert(integer(m, argument(m, args, 0, n)), types.ulong, n) as { term: BV<64> }).term
    const k = integer(m, argument(m, args, 1, n)).term
    return k.op === 'bvconst' ? int(types.llong, sext(64, extract(Number(k.value), 0, v))) : m.fail('sign_extend64 of an unknown bit', n)
  }),
  test_bit: intrinsic('bit n of the word at an address', (m, args, n) => {
    const k = integer(m, argument(m, args, 0, n)).term
    const word = m.read(m.deref(evaluate(m, argument(m, args, 1, n)), n), n)
    if (k.op !== 'bvconst' || word.k !== 'int' || k.value >= BigInt(word.term.width)) return m.fail('test_bit', n)
    return fromBool(not(eq(bvand(word.term, bv(word.term.width, 1n << k.value) as BV), bv(word.term.width, 0) as BV)))
  }),
}
