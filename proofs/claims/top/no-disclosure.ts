import type { Claim, Shape } from '../../claim.js'
import { and, at, callIs, eq, inCompatCall, sameMemory, sameRegisters, sameVectors, task, type SymTask, type Bool } from '../../observe.js'
import { iteBool, True } from '../../../model/terms/build.js'
import { armPrivate } from '../../../model/syscalls/numbers.table.js'
import { last, type Run } from '../../run.js'
import { calls, returned, type CallRun } from './shapes.js'

/** What the running program can see: its registers, PSTATE, vector registers (V0 to V15 in AArch32), TLS registers, memory. */
const sees = (a: SymTask, b: SymTask, r: Run, s: Run): Bool => and(
  sameRegisters(a, b), eq(a.pstate, b.pstate), sameMemory(a, b),
  iteBool(a.TIF_32BIT, and(...a.vregs.slice(0, 16).map((v, i) => eq(v, b.vregs[i]!)), eq(a.fpsr, b.fpsr), eq(a.fpcr, b.fpcr)), sameVectors(a, b)),
  eq(last(r).cpus[0]!.TPIDR_EL0, last(s).cpus[0]!.TPIDR_EL0), eq(last(r).cpus[0]!.TPIDRRO_EL0, last(s).cpus[0]!.TPIDRRO_EL0))

/** Two runs that differ in what the program has no right to: here, what the kernel stack held: for one register, or for all. */
const residue = (which: RegExp, only?: number) => (run: CallRun): Shape => ({
  ...run,
  second: { label: 'the kernel stack held something else', tie: (path) => which.test(path) ? 'free' : undefined },
  // a call in the compat table and one register are looked at first: the smaller question
  situation: ({ first }) => only === undefined ? True : inCompatCall(task(first.states[1]!, 'A')),
  property: ({ first, second }) => only === undefined ? sees(task(last(first), 'A'), task(last(second!), 'A'), first, second!) : eq(task(last(first), 'A').vregs[only]!, task(last(second!), 'A').vregs[only]!),
})

/** Here, another task's registers and TLS: B ran last, A returns to EL0. */
const othersData = (a: 64 | 32, b: 64 | 32): Shape => ({
  name: `a ${b}-bit task runs, then a ${a}-bit one returns to EL0`,
  tasks: [{ bits: a, at: 'el0' }, { bits: b }],
  script: [{ kind: 'irq', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'eret', task: 'A' }],
  second: { label: 'the other task has other registers and another TLS', tie: (path) => /^tasks\[1\]\.(regs|vregs|sp$|pc$|pstate$|tp_value|tp2_value|frame|buf|orig_x0|blocked|syscallno|fps|fpc|restart|TIF_SINGLE|compat_call)/.test(path) ? 'free' : undefined },
  situation: ({ first }) => at(task(last(first), 'A'), 'el0'),
  property: ({ first, second }) => sees(task(last(first), 'A'), task(last(second!), 'A'), first, second!),
  ...a === 64 && b === 32 ? { fromExec: () => setsTlsFirst } : {},
})

/** The same from exec: the 32-bit task sets its TLS, then the 64-bit one goes on. */
const setsTlsFirst: Shape = {
  name: 'a 32-bit task sets its TLS, then a 64-bit one returns to EL0',
  tasks: [{ bits: 64 }, { bits: 32 }],
  script: [
    { kind: 'irq', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' }, { kind: 'user', task: 'B', writes: ['regs[0]', 'regs[7]'] },
    { kind: 'svc', task: 'B' }, { kind: 'handler', task: 'B', call: 'ni' }, { kind: 'leave', task: 'B' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'eret', task: 'A' },
  ],
  second: { label: 'the other task sets another TLS', tie: (path) => path === 'e3.set.regs[0]' ? 'free' : undefined },
  situation: ({ first }) => callIs(task(first.states[5]!, 'B'), armPrivate.set_tls),
  property: ({ first, second }) => sees(task(last(first), 'A'), task(last(second!), 'A'), first, second!),
}

const sigreturns = calls.filter((c) => /sigreturn/.test(c.name)).map(returned)

export const condition: Claim = {
  id: 'top/no-disclosure',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'No value reaches EL0 that the task had no right to.',
  source: 'docs/broken-behaviour.md',
  inWords: {
    situation: 'two runs of one program that differ only in what it has no right to: what the kernel stack held, or the registers and the TLS of another task that ran before it',
    property: 'at EL0 the program sees the same in both: general, vector and TLS registers, PSTATE, its memory',
  },
  emulator: 'A',
  shapes: [...sigreturns.filter((c) => c.tasks[0]!.bits === 64).map(residue(/^e\d+\.residue\[31\]/, 31)), ...sigreturns.map(residue(/^e\d+\.residue/)), othersData(64, 32), othersData(64, 64), othersData(32, 64), othersData(32, 32)],
}
