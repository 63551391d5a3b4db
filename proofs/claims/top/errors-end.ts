import type { Claim, Shape } from '../../claim.js'
import { and, bv, eq, inCompatCall, is, isZero, lower32, ne, or, sext, task, ult, type Bool, type BV, type SymTask } from '../../observe.js'
import { ite, iteBool, True } from '../../../model/terms/build.js'
import { asChild } from './as-child.js'
import { calls, tracedGoesOn, type CallRun } from './shapes.js'
import { errno, signals } from '../../../model/syscalls/numbers.table.js'

/** x0 as the program of that call reads it: 64 bits of a native call, the lower 32 of a compat one. */
const read = (call: SymTask, done: SymTask): BV<64> => {
  const whole = done.regs[0]!
  return ite(inCompatCall(call), sext(64, lower32(whole)), whole)
}
const isErrno = (x: BV<64>, e: number): Bool => is(x, (1n << 64n) - BigInt(e))
const someErrno = (x: BV<64>): Bool => ult(bv(64, (1n << 64n) - 4096n), x)

/** What a call that fails leaves behind: `fails` from the call, `ends` from the call and the state after its handler. */
const shape = (run: CallRun, fails: (call: SymTask, result: BV<64>) => Bool, ends: (call: SymTask, done: SymTask, result: BV<64>) => Bool): Shape => {
  const script = run.script.slice(0, 2)
  const parts = (r: Parameters<Shape['situation']>[0]): [SymTask, SymTask, BV<64>] => {
    const e = r.first.events[1]!
    return [task(r.first.states[1]!, 'A'), task(r.first.states[2]!, 'A'), e.kind === 'handler' && e.call === 'other' ? e.result as BV<64> : bv(64, 0)]
  }
  const made: Shape = {
    name: run.name, tasks: run.tasks, script,
    situation: (r) => fails(parts(r)[0], parts(r)[2]),
    property: (r) => ends(...parts(r)),
  }
  return run.tasks.length === 1 && run.tasks[0]!.bits === 64 ? { ...made, fromExec: () => asChild(made) } : made
}
const named = (part: string): CallRun[] => calls.filter((c) => c.name.endsWith(part))

export const condition: Claim = {
  id: 'top/errors-end',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'An error ends as an errno or a signal.',
  source: 'docs/broken-behaviour.md',
  inWords: {
    situation: 'a call fails: its handler returns -4095..-1; its number is not in the table; its frame cannot be read; a ptrace request',
    property: 'the program reads that errno in x0 (w0 after a compat call), or 0 from a ptrace request that succeeds; or SIGSEGV or SIGILL is forced on it',
  },
  emulator: 'A',
  shapes: [
    ...named('other').map((c) => shape(c, (_call, result) => someErrno(result), (call, done, result) => eq(read(call, done), result))),
    ...named('ni').map((c) => shape(c, () => True, (call, done) => or(
      isErrno(read(call, done), errno.ENOSYS), is(done.signo, signals.SIGILL),
      // the ARM-private calls of an AArch32 task: set_tls, cacheflush
      and(inCompatCall(call), or(isZero(read(call, done)), isErrno(read(call, done), errno.EINVAL), isErrno(read(call, done), errno.EFAULT)))))),
    ...[...named('rt_sigreturn'), ...named(', sigreturn')].map((c) => shape(c,
      (call) => iteBool(inCompatCall(call), ne(call.frame.base, call.regs[13]!), ne(call.frame.base, call.sp)),
      (_call, done) => is(done.signo, signals.SIGSEGV))),
    ...tracedGoesOn.map((c) => shape(c, () => True, (call, done) => or(isZero(read(call, done)), someErrno(read(call, done))))),
  ],
}
