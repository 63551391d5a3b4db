/** What a tracer can ask for, one request a probe. */
import { and, bv, eq, is, isZero, ite, lower32, sext, ult } from '../model/terms/build.js'
import type { Bool, BV } from '../model/terms/term.js'
import type { SymTask } from '../model/index.js'
import { note, ptraceRequest as r } from '../model/syscalls/numbers.table.js'
import { inCompatCall, requests } from '../proofs/observe.js'
import type { Script } from '../proofs/run.js'
import { svc } from './scripts.js'

export interface Request { readonly name: string, readonly request: number, readonly note?: number, readonly reads: boolean }

const notes = [['NT_PRSTATUS', note.NT_PRSTATUS], ['NT_ARM_TLS', note.NT_ARM_TLS], ['NT_ARM_SYSTEM_CALL', note.NT_ARM_SYSTEM_CALL]] as const
export const requestKinds: readonly Request[] = [
  ...notes.flatMap(([n, type]) => [
    { name: `PTRACE_GETREGSET ${n}`, request: r.GETREGSET, note: type, reads: true }, { name: `PTRACE_SETREGSET ${n}`, request: r.SETREGSET, note: type, reads: false }]),
  { name: 'PTRACE_PEEKUSR', request: r.PEEKUSR, reads: true }, { name: 'PTRACE_POKEUSR', request: r.POKEUSR, reads: false },
  { name: 'PTRACE_GETREGS', request: r.GETREGS, reads: true }, { name: 'PTRACE_SETREGS', request: r.SETREGS, reads: false },
  { name: 'PTRACE_GET_THREAD_AREA', request: r.GET_THREAD_AREA, reads: true }, { name: 'PTRACE_SET_SYSCALL', request: r.SET_SYSCALL, reads: false },
]
/** Is the call that request? Said of whole registers: a constant makes the question smaller, and upper halves are other probes' concern. */
export const isRequest = (call: SymTask, k: Omit<Request, 'name' | 'reads'>): Bool => and(
  is(call.regs[0]!, k.request), ...k.note === undefined ? [] : [is(call.regs[2]!, k.note)], requests(call, k.request))
/** The tracer's whole buffer is mapped, with the iovec (or the data) at its start and the payload behind it. */
export const wholeBuffer = (call: SymTask): Bool => and(isZero(call.buf.lo), is(call.buf.hi, 4 * call.buf.words.length), eq(call.regs[3]!, call.buf.base))
/** Task A asks, B is the tracee; up to the result. */
export const ptraceOfB: Script = [svc('A'), { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }]

/** x0 as the caller reads it: all of it after a native call, the lower half after a compat one. */
export const resultOf = (call: SymTask, done: SymTask): BV<64> => ite(inCompatCall(call), sext(64, lower32(done.regs[0]!)), done.regs[0]!)
export const failed = (call: SymTask, done: SymTask): Bool => ult(bv(64, (1n << 64n) - 4096n), resultOf(call, done))
export const succeeded = (call: SymTask, done: SymTask): Bool => is(resultOf(call, done), 0)
/** Throws if there is none of that name. */
export function requestNamed(name: string): Request {
  const found = requestKinds.find((k) => k.name === name)
  if (found === undefined) throw new Error(`no request ${name}`)
  return found
}
