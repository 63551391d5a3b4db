/** invoke_syscall: the handler that table and number select, and what becomes of its result. arch/arm64/kernel/syscall.c. */
import type { Event, HandlerCall } from '../trace/events.js'
import { place, table, type Cpu, type Task } from '../trace/state.js'
import { ERESTART_RESTARTBLOCK, int, low32, u32 } from './bits.js'
import { niSyscall } from './arm-private.js'
import type { Kernel } from './kernel.js'
import { mmap } from './mmap.js'
import { indexOf, isRunning, taskOf, type Machine } from './machine.js'
import { NotEnabled, need } from './not-enabled.js'
import { clone3Args } from './clone3.js'
import { clone, cloneArgs, execve } from './process.js'
import { ptrace } from './ptrace.js'
import { compatSigreturn } from './sigreturn32.js'
import { needGoingOn, takenAway } from './stops.js'
import { PR_SET_TAGGED_ADDR_CTRL, setTaggedAddrCtrl } from './tagged-addr.js'
import { rtSigreturn } from './sigreturn64.js'

const nativeNames: Readonly<Record<number, HandlerCall>> = { 117: 'ptrace', 139: 'rt_sigreturn', 167: 'tagged_addr', 220: 'clone', 435: 'clone3', 221: 'execve', 222: 'mmap' }
const compatNames: Readonly<Record<number, HandlerCall>> = { 11: 'execve', 26: 'ptrace', 119: 'sigreturn', 120: 'clone', 435: 'clone3', 172: 'tagged_addr', 173: 'rt_sigreturn', 192: 'mmap' }
/** COMPAT_SYSCALL_DEFINE handlers of the compat table take regs[0] in every version; the others are the native ones. */
const compatWrapped: ReadonlySet<HandlerCall> = new Set<HandlerCall>(['ptrace', 'mmap'])
const CHILD_PID = 2n
/** EHWPOISON */
const LAST_ERRNO = 133

/** The handler that table and number select: what the event must name. `tagged_addr` is prctl with that option. */
export function selected(k: Kernel, t: Task): HandlerCall {
  const n = Number(t.syscallno)
  const native = t.table === table.native
  if (n >= (native ? k.nativeCalls : k.compatCalls)) return 'ni'
  const call = (native ? nativeNames : compatNames)[n] ?? 'other'
  return call === 'tagged_addr' && low32(firstArgument(k, t, call)) !== PR_SET_TAGGED_ADDR_CTRL ? 'other' : call
}

function firstArgument(k: Kernel, t: Task, call: HandlerCall): bigint {
  if (!k.firstArgumentIsOrigX0) return t.regs[0]!
  return t.table !== table.native && compatWrapped.has(call) ? t.regs[0]! : t.orig_x0
}

export function handler(m: Machine, cpu: Cpu, t: Task, e: Extract<Event, { kind: 'handler' }>): void {
  need(t.table !== table.none, 'no system call was dispatched')
  needGoingOn(m.kernel, t)
  need(!takenAway(t), 'the tracer has taken the call away')
  const call = selected(m.kernel, t)
  if (e.call !== call && !(call === 'clone3' && e.call === 'other')) throw new NotEnabled(`number ${t.syscallno} selects '${call}', not '${e.call}'`)
  let result = run(m, cpu, t, e)
  // the module is done, whatever the operation returned
  if (m.kernel.tango32 && call === 'other') t.compat_call = false
  if (m.kernel.sites.invokeSyscall(t)) result = u32(result)
  t.regs[0] = result
  t.traced = false
  t.at = place.handled
}

function run(m: Machine, cpu: Cpu, t: Task, e: Extract<Event, { kind: 'handler' }>): bigint {
  const compatTable = t.table !== table.native, first = firstArgument(m.kernel, t, e.call)
  switch (e.call) {
    case 'sigreturn':
    case 'rt_sigreturn':
      return compatTable ? compatSigreturn(m.kernel, m.config, t, e.call === 'rt_sigreturn', e.si_code, e.residue) : rtSigreturn(m.kernel, m.config, t, e.si_code)
    case 'ptrace': {
      const child = m.state.tasks[indexOf(e.target)]
      // ptrace_check_attach: wait_task_inactive
      need(child === t || child?.stopped !== true || !isRunning(m.state, indexOf(e.target)), `task ${e.target} has stopped but is still on its CPU`)
      return ptrace(m.kernel, m.config, t, child, compatTable, first)
    }
    case 'ni': return niSyscall(cpu, t, m.kernel.sites.doNiSyscall(t))
    case 'clone': {
      need(taskOf(m, e.child).at === place.absent, `task ${e.child} exists`)
      m.state.tasks[indexOf(e.child)] = clone(m, cpu, t, cloneArgs(t, first))
      return CHILD_PID
    }
    case 'clone3': {
      const args = clone3Args(m.kernel, t, first)
      if ('error' in args) throw new NotEnabled(`clone3 fails: ${int(args.error)}`)
      need(taskOf(m, e.child).at === place.absent, `task ${e.child} exists`)
      m.state.tasks[indexOf(e.child)] = clone(m, cpu, t, args)
      return CHILD_PID
    }
    case 'execve':
      execve(m, cpu, t, e.bits)
      return 0n
    case 'mmap': return mmap(m.kernel, t, first, e.result)
    case 'tagged_addr': return setTaggedAddrCtrl(m.kernel, m.config, t)
    case 'other':
      if (selected(m.kernel, t) === 'clone3') needClone3Error(m.kernel, t, first, e.result)
      if (int(e.result) === -ERESTART_RESTARTBLOCK) t.restart_fn = e.restart
      return e.result
  }
}

/** clone3 that makes no task: the error of its arguments; with good ones whatever copy_process has against it (limits, permissions). */
function needClone3Error(k: Kernel, t: Task, first: bigint, result: bigint): void {
  const args = clone3Args(k, t, first), given = int(result)
  need(given < 0 && given >= -LAST_ERRNO && result >> 63n === 1n, 'clone3 without a child returns an error')
  need(!('error' in args) || args.error === result, 'clone3 returns another error')
}

/** What is left of el0_svc_common and of do_el0_svc. */
export function leave(m: Machine, t: Task): void {
  needGoingOn(m.kernel, t)
  t.traced = false
  m.kernel.endOfCommon(t)
  if (t.table === table.fake) m.kernel.endOfFakeCall(t)
  t.table = table.none
  t.at = place.returning
}
