/** What happened in an event, in words; and what words of a signal frame are. */
import { compatFrame, nativeFrame } from '../model/syscalls/frames.table.js'
import { armPrivate, compat, native, ptraceRequest } from '../model/syscalls/numbers.table.js'
import type { Event } from '../trace/events.js'
import { place, table, taskNames, type State, type Task, type TaskName } from '../trace/state.js'
import type { Trace } from '../trace/trace.js'

const byNumber = (o: Readonly<Record<string, number>>): ReadonlyMap<number, string> => new Map(Object.entries(o).map(([k, v]) => [v, k]))
const names = { native: byNumber(native), compat: new Map([...byNumber(compat), [armPrivate.cacheflush, '__ARM_NR_cacheflush'], [armPrivate.set_tls, '__ARM_NR_compat_set_tls']]) }
const requests = byNumber(ptraceRequest)

const of = (s: State, who: TaskName): Task => s.tasks[taskNames.indexOf(who)]!
const hex = (v: bigint): string => `0x${v.toString(16)}`

/** The call a task is in: `rt_sigreturn (173 of the compat table)`. */
function call(t: Task): string {
  const fromCompat = t.table === table.compat || t.table === table.fake
  const name = names[fromCompat ? 'compat' : 'native'].get(Number(t.syscallno))
  const request = name === 'ptrace' ? requests.get(Number(t.regs[0]! & 0xffffffffn)) : undefined
  const number = t.syscallno > 0xfffn ? hex(t.syscallno) : t.syscallno.toString()
  return `${name === undefined ? `call ${number}` : `${name}${request === undefined ? '' : ` PTRACE_${request}`}, call ${number}`} of the ${fromCompat ? 'compat' : 'native'} table`
}

/** One line without the task's name. `after`: the state the event leads to. */
export function eventWords(e: Event, before: State, after: State): string {
  switch (e.kind) {
    case 'user': return 'the program writes'
    case 'svc': {
      const t = of(after, e.task)
      const how = t.table === table.fake ? ', from AArch64: a fake compat call' : ''
      return `SVC #${hex(e.imm)}: ${t.at === place.entered ? call(t) + how : 'an early return, the handler is not run'}`
    }
    case 'irq': return 'an interrupt'
    case 'step': return 'a software step exception: stops for its tracer'
    case 'handler': {
      if (e.call === 'ni') return 'do_ni_syscall: the number is in no table'
      if (e.call === 'other') return `the handler returns ${hex(e.result)}`
      if (e.call === 'clone') return `clone: the child is ${e.child}`
      if (e.call === 'clone3') return `clone3: the child is ${e.child}`
      if (e.call === 'execve') return `execve of a ${e.bits}-bit image`
      if (e.call === 'ptrace') return `ptrace on ${e.target}`
      if (e.call === 'mmap') return `mmap returns ${hex(e.result)}`
      if (e.call === 'tagged_addr') return 'prctl(PR_SET_TAGGED_ADDR_CTRL)'
      return `${of(before, e.task).table === table.native ? 'native' : 'compat'} ${e.call} runs`
    }
    case 'seccomp': return `a seccomp filter: ${e.action === 'errno' ? `errno ${e.data}` : e.action}`
    case 'trace_enter': return 'the entry is reported: stops for its tracer'
    case 'trace_exit': return 'the exit is reported: stops for its tracer'
    case 'module': return 'the module sets TIF_32BIT, inside the ioctl'
    case 'skip': return 'no handler: the tracer has made the number -1'
    case 'leave': return 'the rest of el0_svc_common, then the return-to-user loop'
    case 'signal': return `signal ${e.signo} is delivered to its handler`
    case 'restart': return 'do_signal: nothing to deliver'
    case 'die': return 'killed by the signal'
    case 'eret': return `kernel_exit and ERET${of(after, e.task).at === place.el0 ? ', back at EL0' : of(after, e.task).at === place.el1 ? ': user code at EL1' : ': an illegal exception return'}`
    case 'switch': return `__switch_to ${e.to}`
    case 'stop': return 'stops for its tracer'
    case 'resume': return e.with === undefined ? 'goes on' : `goes on (PTRACE_${e.with.toUpperCase()})`
  }
}

/** What a word of a task's `frame` is to the sigreturn that the trace has of that task: `arm_cpsr`. */
export function frameWord(trace: Trace, who: TaskName): (index: number) => string | undefined {
  const at = trace.events.findIndex((e) => e.kind === 'handler' && e.task === who && (e.call === 'sigreturn' || e.call === 'rt_sigreturn'))
  const e = trace.events[at]
  if (e === undefined || e.kind !== 'handler') return () => undefined
  if (of(trace.states[at]!, who).table === table.native) {
    return (i) => 4 * i >= nativeFrame.regs && 4 * i < nativeFrame.sp ? `x${Math.floor((4 * i - nativeFrame.regs) / 8)}` : pick(nativeFrame, ['sp', 'pc', 'pstate'], 4 * i)
  }
  const rt = e.call === 'rt_sigreturn' ? compatFrame.rt : 0
  return (i) => {
    const offset = 4 * i - rt
    if (offset >= compatFrame.r0 && offset < compatFrame.pc) return `arm_r${(offset - compatFrame.r0) / 4}`
    if (offset === compatFrame.cpsr) return 'arm_cpsr'
    if (offset === compatFrame.pc) return 'arm_pc'
    return pick(compatFrame, ['sigmask', 'vfp_magic', 'vfp_size', 'fpscr', 'end_magic'], offset)
  }
}
const pick = (frame: Readonly<Record<string, number>>, fields: readonly string[], offset: number): string | undefined => fields.find((f) => frame[f] === offset)
