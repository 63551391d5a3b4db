/** invoke_syscall: the handler that table and number select, and what becomes of its result. arch/arm64/kernel/syscall.c. */
import type { Event, HandlerCall } from '../trace/events.js'
import { place, table, type Cpu, type Task } from '../trace/state.js'
import { ERESTART_RESTARTBLOCK, int, u32 } from './bits.js'
import { niSyscall } from './arm-private.js'
import { indexOf, isRunning, taskOf, type Machine } from './machine.js'
import { NotEnabled, need } from './not-enabled.js'
import { clone, execve } from './process.js'
import { ptrace } from './ptrace.js'
import { compatSigreturn } from './sigreturn32.js'
import { rtSigreturn } from './sigreturn64.js'

const nativeNames: Readonly<Record<number, HandlerCall>> = { 117: 'ptrace', 139: 'rt_sigreturn', 220: 'clone', 221: 'execve' }
const compatNames: Readonly<Record<number, HandlerCall>> = { 11: 'execve', 26: 'ptrace', 119: 'sigreturn', 120: 'clone', 173: 'rt_sigreturn' }
const CHILD_PID = 2n

/** Which handler the event must name. */
function selected(m: Machine, t: Task): HandlerCall {
  const n = Number(t.syscallno)
  const native = t.table === table.native
  if (n >= (native ? m.kernel.nativeCalls : m.kernel.compatCalls)) return 'ni'
  return (native ? nativeNames : compatNames)[n] ?? 'other'
}

export function handler(m: Machine, cpu: Cpu, t: Task, e: Extract<Event, { kind: 'handler' }>): void {
  need(t.table !== table.none, 'no system call was dispatched')
  const call = selected(m, t)
  if (e.call !== call) throw new NotEnabled(`number ${t.syscallno} selects '${call}', not '${e.call}'`)
  let result = run(m, cpu, t, e)
  if (m.kernel.sites.invokeSyscall(t)) result = u32(result)
  t.regs[0] = result
  t.at = place.handled
}

function run(m: Machine, cpu: Cpu, t: Task, e: Extract<Event, { kind: 'handler' }>): bigint {
  const compatTable = t.table !== table.native
  switch (e.call) {
    case 'sigreturn':
    case 'rt_sigreturn':
      return compatTable ? compatSigreturn(m.kernel, m.config, t, e.call === 'rt_sigreturn', e.si_code, e.residue) : rtSigreturn(m.kernel, m.config, t, e.si_code)
    case 'ptrace': {
      const child = m.state.tasks[indexOf(e.target)]
      // ptrace_check_attach: wait_task_inactive
      need(child === t || child?.stopped !== true || !isRunning(m.state, indexOf(e.target)), `task ${e.target} has stopped but is still on its CPU`)
      return ptrace(m.kernel, m.config, t, child, compatTable)
    }
    case 'ni': return niSyscall(cpu, t, m.kernel.sites.doNiSyscall(t))
    case 'clone': {
      need(taskOf(m, e.child).at === place.absent, `task ${e.child} exists`)
      m.state.tasks[indexOf(e.child)] = clone(m, cpu, t)
      return CHILD_PID
    }
    case 'execve':
      execve(m, cpu, t, e.bits)
      return 0n
    case 'mmap':
    case 'tagged_addr': throw new NotEnabled(`'${e.call}' is not simulated`)
    case 'other':
      if (int(e.result) === -ERESTART_RESTARTBLOCK) t.restart_fn = e.restart
      return e.result
  }
}

/** What is left of el0_svc_common and of do_el0_svc. */
export function leave(m: Machine, t: Task): void {
  m.kernel.endOfCommon(t)
  if (t.table === table.fake) m.kernel.endOfFakeCall(t)
  t.table = table.none
  t.at = place.returning
}
