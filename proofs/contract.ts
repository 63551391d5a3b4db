/**
 * The contract that the author states in the thread for the emulator task: a predicate on that task's events only, one clause a sentence.
 * Other tasks and tracers stay free.
 */
import { and, bv, bvand, implies, is, isZero, lower32, not, or } from '../model/terms/build.js'
import type { Bool } from '../model/terms/term.js'
import type { SymTask } from '../model/index.js'
import { armPrivate, cloneFlags, compat, native, ptraceRequest } from '../model/syscalls/numbers.table.js'
import { table, taskNames, type TaskName } from '../trace/state.js'
import type { Run } from './run.js'

export interface ContractClause { readonly name: string, readonly sentence: string, readonly keeps: (call: SymTask) => Bool }

const fake = (t: SymTask, ...numbers: number[]): Bool => and(is(t.table, table.fake), or(...numbers.map((n) => is(t.syscallno, n))))
/** sigaction and rt_sigaction, include/uapi/asm-generic/unistd.h and unistd32.h */
const sigaction = { compat: [67, 174] } as const

/** Each clause looks at the task right after one of its SVCs. */
export const contractClauses: readonly ContractClause[] = [
  { name: 'no-sigreturn', sentence: 'sigreturn and sigaction and completely emulated by Tango and never reach the kernel.',
    keeps: (t) => not(fake(t, compat.sigreturn, compat.rt_sigreturn)) },
  { name: 'no-sigaction', sentence: 'sigreturn and sigaction and completely emulated by Tango and never reach the kernel.',
    keeps: (t) => not(fake(t, ...sigaction.compat)) },
  { name: 'no-regsets', sentence: "Tango doesn't use the regsets and instead retrieves the AArch32 register state directly from the traced process",
    keeps: (t) => {
      const requests = [ptraceRequest.PEEKUSR, ptraceRequest.POKEUSR, ptraceRequest.GETREGS, ptraceRequest.SETREGS, ptraceRequest.GET_THREAD_AREA, ptraceRequest.GETREGSET, ptraceRequest.SETREGSET]
      const ptrace = or(fake(t, compat.ptrace), and(is(t.table, table.native), is(t.syscallno, native.ptrace)))
      return not(and(ptrace, or(...requests.map((r) => is(lower32(t.regs[0]!), r)))))
    } },
  { name: 'no-set-tls', sentence: '__ARM_NR_compat_set_tls is emulated internally by Tango', keeps: (t) => not(fake(t, armPrivate.set_tls)) },
  { name: 'tls-emulated', sentence: 'the AArch32 TLS registers visible to translated code are also emulated',
    keeps: (t) => implies(fake(t, compat.clone), isZero(bvand(lower32(t.regs[0]!), bv(32, cloneFlags.CLONE_SETTLS)))) },
]

/** Does the emulator keep the clauses at every SVC of the run? */
export function contractKept(run: Run, emulator: TaskName, clauses: readonly ContractClause[] = contractClauses): Bool {
  const i = taskNames.indexOf(emulator)
  return and(...run.events.flatMap((e, n) => e.kind === 'svc' && e.task === emulator ? clauses.map((c) => c.keeps(run.states[n + 1]!.tasks[i]!)) : []))
}
