/** Thread flags, system registers, CPU features: cells with a name. */
import { bit, bv, bvand, bvnot, bvor, isZero, ite, not, shl } from '../model/terms/build.js'
import type { Bool, BV } from '../model/terms/term.js'
import { evaluate, integer } from './expressions.js'
import { argument, intrinsic, type Intrinsic } from './intrinsic.js'
import type { Machine } from './machine.js'
import type { Node } from './syntax.js'
import { pointer, types, type CType } from './types.js'
import { fromBool, int, objectPtr, voidV, type IntV, type LValue, type Value } from './values.js'

const record = (tag: string): CType => ({ k: 'record', union: false, tag })
const cell = (path: string, type: CType): LValue => ({ k: 'cell', path, type })

/** The object a pointer certainly points to. */
function object(m: Machine, v: Value, n: Node): string {
  const lv = m.deref(v, n)
  return lv.k === 'cell' ? lv.path : m.fail('which object this is is not known', n)
}
const flagsOf = (ti: string): LValue => cell(`${ti}.flags`, types.ulong)

function bitNumber(m: Machine, n: Node): number {
  const k = integer(m, n).term
  return k.op === 'bvconst' && k.value < 64n ? Number(k.value) : m.fail('which flag this is is not known', n)
}
function thread(m: Machine, args: readonly Node[], n: Node, how: 'current' | 'thread_info' | 'task'): { ti: string, flag: number } {
  if (how === 'current') return { ti: 'current.thread_info', flag: bitNumber(m, argument(m, args, 0, n)) }
  const o = object(m, evaluate(m, argument(m, args, 0, n)), n)
  return { ti: how === 'task' ? `${o}.thread_info` : o, flag: bitNumber(m, argument(m, args, 1, n)) }
}
const word = (m: Machine, ti: string, n: Node): BV<64> => (m.read(flagsOf(ti), n) as IntV).term as BV<64>
const test = (how: 'current' | 'thread_info' | 'task'): Intrinsic => intrinsic('a bit of thread_info.flags', (m, args, n) => {
  const { ti, flag } = thread(m, args, n, how)
  return fromBool(bit(flag, word(m, ti, n)))
})
const change = (how: 'current' | 'thread_info' | 'task', to: boolean | 'value'): Intrinsic => intrinsic('sets or clears a bit of thread_info.flags; the old bit is the result', (m, args, n) => {
  const { ti, flag } = thread(m, args, n, how)
  const before = word(m, ti, n)
  const mask: BV<64> = shl(bv(64, 1), flag)
  const on: BV<64> = bvor(before, mask)
  const off: BV<64> = bvand(before, bvnot(mask))
  const value = to === 'value' ? ite(notZero(m, argument(m, args, how === 'current' ? 1 : 2, n)), on, off) : to ? on : off
  m.write(flagsOf(ti), int(types.ulong, value), n)
  return fromBool(bit(flag, before))
})
const notZero = (m: Machine, n: Node): Bool => not(isZero(integer(m, n).term))

const register = (name: string): LValue => cell(`cpu.${name}`, types.ulong)
const readRegister = intrinsic('the system register named', (m, args, n) => m.read(register(argument(m, args, 0, n).text), n))
const writeRegister = intrinsic('the system register named takes the value', (m, args, n) => {
  const v = m.convert(evaluate(m, argument(m, args, 0, n)), types.ulong, n)
  m.write(register(argument(m, args, 1, n).text), v, n)
  return voidV
})
/** A feature of the machine: one free bit with the name of the question. */
const feature = (name: string): Intrinsic => intrinsic('a property of this machine, free but fixed', (m) => fromBool(m.condition(name)))
const capability = intrinsic('whether this machine has the capability named', (m, args, n) => fromBool(m.condition(`has(${argument(m, args, 0, n).text})`)))
const features = ['mixed_endian_el0', 'mixed_endian', 'fpsimd', 'sve', 'sme', 'sme2', 'fa64', 'tpidr2', 'poe', 'gcs', 'fpmr', 'bti', 'mte', '32bit_el0', 'address_auth', 'generic_auth', 'tlb_range'].map((f) => `system_supports_${f}`)

export const flagsAndRegisters: Record<string, Intrinsic> = {
  current_thread_info: intrinsic('the thread_info of current', () => objectPtr(cell('current.thread_info', record('struct thread_info')))),
  task_pt_regs: intrinsic('the pt_regs at the top of the task\'s kernel stack', (m, args, n) => objectPtr(cell(`${object(m, evaluate(m, argument(m, args, 0, n)), n)}.pt_regs`, record('struct pt_regs')))),
  current_pt_regs: intrinsic('the pt_regs of current', () => objectPtr(cell('current.pt_regs', record('struct pt_regs')), pointer(record('struct pt_regs')))),
  read_thread_flags: intrinsic('thread_info.flags of current', (m, _a, n) => m.read(flagsOf('current.thread_info'), n)),
  test_thread_flag: test('current'), test_ti_thread_flag: test('thread_info'), test_tsk_thread_flag: test('task'),
  set_thread_flag: change('current', true), set_ti_thread_flag: change('thread_info', true), set_tsk_thread_flag: change('task', true), test_and_set_ti_thread_flag: change('thread_info', true), test_and_set_tsk_thread_flag: change('task', true),
  clear_thread_flag: change('current', false), clear_ti_thread_flag: change('thread_info', false), clear_tsk_thread_flag: change('task', false), test_and_clear_thread_flag: change('current', false), test_and_clear_ti_thread_flag: change('thread_info', false), test_and_clear_tsk_thread_flag: change('task', false),
  update_thread_flag: change('current', 'value'), update_ti_thread_flag: change('thread_info', 'value'), update_tsk_thread_flag: change('task', 'value'),
  read_sysreg: readRegister, read_sysreg_s: readRegister, write_sysreg: writeRegister, write_sysreg_s: writeRegister,
  ...Object.fromEntries(features.map((f) => [f, feature(f)])),
  arm64_kernel_unmapped_at_el0: feature('arm64_kernel_unmapped_at_el0'), system_uses_irq_prio_masking: feature('system_uses_irq_prio_masking'),
  this_cpu_has_cap: capability, cpus_have_const_cap: capability, cpus_have_final_cap: capability, cpus_have_cap: capability, alternative_has_cap_unlikely: capability, alternative_has_cap_likely: capability,
  static_branch_unlikely: intrinsic('whether the static key named is on', (m, args, n) => fromBool(m.condition(`key(${argument(m, args, 0, n).text.replace(/\s/g, '')})`))),
  static_branch_likely: intrinsic('whether the static key named is on', (m, args, n) => fromBool(m.condition(`key(${argument(m, args, 0, n).text.replace(/\s/g, '')})`))),
}
