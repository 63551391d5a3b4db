/**
 * The events: one step of user space, of the architecture, or of the kernel between two named preemption points.
 * docs/events.md says for each what must hold before and what it covers.
 */
import { z } from 'zod'
import { taskNames } from './state.js'

const task = z.enum(taskNames)
const bits = (n: number): z.ZodType<bigint> => z.bigint().min(0n).max((1n << BigInt(n)) - 1n)

/** What a `user` event may write: paths below a task, and `TPIDR_EL0` of the CPU it runs on. */
export const userPath = /^(regs\[(\d|[12]\d|30)\]|sp|pc|pstate|vregs\[(\d|[12]\d|3[01])\]|fpsr|fpcr|TPIDR_EL0|(frame|buf)\.(base|lo|hi|words\[\d{1,3}\]))$/

const user = z.strictObject({ kind: z.literal('user'), task, set: z.record(z.string().regex(userPath), z.bigint().min(0n)) })

/** `upper`: bit i set: the upper half of x_i survives the exception from AArch32, else it is zeroed (bits 0..14). From AArch64 it is 0: no trace says otherwise (keepsFromAArch64). */
const svc = z.strictObject({ kind: z.literal('svc'), task, imm: bits(16), upper: bits(15), mte_async_fault: z.boolean() })
const irq = z.strictObject({ kind: z.literal('irq'), task, upper: bits(15), mte_async_fault: z.boolean() })

/** `si_code`: SEGV_MAPERR (1) or SEGV_ACCERR (2), as find_vma would decide if the frame turns out bad.
 *  `residue[i]`: what the kernel stack held where an uninitialised V register i is taken from. */
const sigreturn = z.strictObject({ kind: z.literal('handler'), task, call: z.enum(['sigreturn', 'rt_sigreturn']), si_code: bits(32), residue: z.array(bits(128)).length(32) })
const ptrace = z.strictObject({ kind: z.literal('handler'), task, call: z.literal('ptrace'), target: task })
const ni = z.strictObject({ kind: z.literal('handler'), task, call: z.literal('ni') })
const clone = z.strictObject({ kind: z.literal('handler'), task, call: z.literal('clone'), child: task })
/** clone3 that succeeds: struct clone_args in the caller's `buf`. What fails is `other` with its error. */
const clone3 = z.strictObject({ kind: z.literal('handler'), task, call: z.literal('clone3'), child: task })
const execve = z.strictObject({ kind: z.literal('handler'), task, call: z.literal('execve'), bits: z.union([z.literal(32), z.literal(64)]) })
/** Any other implemented call, a hole in the table included: what it returns is a choice. `restart`: the restart_fn it leaves if it returns -ERESTART_RESTARTBLOCK. */
const other = z.strictObject({ kind: z.literal('handler'), task, call: z.literal('other'), result: bits(64), restart: bits(8) })

/** mmap, mmap2: the address the kernel chose, or an error. */
const mmap = z.strictObject({ kind: z.literal('handler'), task, call: z.literal('mmap'), result: bits(64) })
/** prctl(PR_SET_TAGGED_ADDR_CTRL). */
const taggedAddr = z.strictObject({ kind: z.literal('handler'), task, call: z.literal('tagged_addr') })

/** A seccomp filter decides against the call. `data`: SECCOMP_RET_DATA. */
const seccomp = z.strictObject({ kind: z.literal('seccomp'), task, action: z.enum(['errno', 'trap', 'kill']), data: bits(16) })
/** Reports to the tracer: the task stops before its handler, and after it. */
const traceEnter = z.strictObject({ kind: z.literal('trace_enter'), task })
const traceExit = z.strictObject({ kind: z.literal('trace_exit'), task })
/** The tracer made the number -1: no handler. */
const skip = z.strictObject({ kind: z.literal('skip'), task })
/** An ioctl of the tango32 module begins the part that it runs as a 32-bit task; the handler ends it. */
const module32 = z.strictObject({ kind: z.literal('module'), task })
/** A software step exception of a task with TIF_SINGLESTEP: SIGTRAP is reported, the task stops for its tracer. */
const stepped = z.strictObject({ kind: z.literal('step'), task, upper: bits(15) })
const leave = z.strictObject({ kind: z.literal('leave'), task })
/** A signal that has a handler is delivered. `handler`, `flags`, `restorer`: its k_sigaction. `code`, `addr`: its siginfo. `sigtramp`: where the vDSO or the sigpage has the return code. */
const signal = z.strictObject({ kind: z.literal('signal'), task, signo: bits(8), handler: bits(64), flags: bits(32), restorer: bits(64), sigtramp: bits(64) })
/** do_signal() found nothing to deliver. */
const restart = z.strictObject({ kind: z.literal('restart'), task })
const die = z.strictObject({ kind: z.literal('die'), task })
const eret = z.strictObject({ kind: z.literal('eret'), task })
const switchTo = z.strictObject({ kind: z.literal('switch'), from: task, to: task })
const stop = z.strictObject({ kind: z.literal('stop'), task })
/** `with`: PTRACE_CONT, PTRACE_SYSCALL or PTRACE_SINGLESTEP; without it the flags stay as they are. */
const resume = z.strictObject({ kind: z.literal('resume'), task, with: z.enum(['cont', 'syscall', 'singlestep']).optional() })

export const handlerSchema = z.union([sigreturn, ptrace, ni, clone, clone3, execve, mmap, taggedAddr, other])
export const eventSchema = z.union([user, svc, irq, stepped, sigreturn, ptrace, ni, clone, clone3, execve, mmap, taggedAddr, other, seccomp, traceEnter, traceExit, skip, module32, leave, signal, restart, die, eret, switchTo, stop, resume])
export type Event = z.infer<typeof eventSchema>
export type EventKind = Event['kind']
export type HandlerCall = Extract<Event, { kind: 'handler' }>['call']

/** One line a person can read. Zero and false parameters are left out. */
export function describeEvent(e: Event): string {
  const who = e.kind === 'switch' ? `${e.from}→${e.to}` : e.task
  const name = e.kind === 'handler' ? e.call : e.kind
  const rest = Object.entries(e).filter(([k, v]) => !['kind', 'task', 'call', 'from', 'to', 'set', 'residue'].includes(k) && v !== 0n && v !== false)
    .map(([k, v]) => `${k}=${typeof v === 'bigint' ? '0x' + v.toString(16) : String(v)}`)
  const set = e.kind === 'user' ? Object.entries(e.set).map(([p, v]) => `${p}:=0x${v.toString(16)}`) : []
  return [`${who}: ${name}`, ...rest, ...set].join(' ')
}
