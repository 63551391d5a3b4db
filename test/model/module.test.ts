/** The module tango32 on v5.11: TIF_32BIT of a 64-bit task for part of a native ioctl. From a description of the module. */
import { expect } from 'chai'
import { asks } from '../../model/index.js'
import { initialState, place, table, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { after, config, errno, features, kernel, possible, symTask, truth } from './help.js'

const begin: Event = { kind: 'module', task: 'A' }, away: Event = { kind: 'switch', from: 'A', to: 'B' }, back: Event = { kind: 'switch', from: 'B', to: 'A' }
const other = (result: bigint): Event => ({ kind: 'handler', task: 'A', call: 'other', result, restart: 0n })

/** A is at the door of a call, B preempted on its way out. */
function inCall(over: Partial<Task> = {}, bits: 64 | 32 = 64): State {
  const s = initialState([bits, 64], features)
  Object.assign(s.tasks[0]!, { at: place.entered, table: bits === 64 ? table.native : table.compat, syscallno: bits === 64 ? 29n : 54n, tp_value: 0x11n, ...over })
  s.tasks[1]!.at = place.returning
  return s
}

describe('the module tango32', () => {
  const k = 'tango32-module'
  it('begins in a native ioctl of a 64-bit task, once, after the report to a tracer', () => {
    const can = (s: State, name = k): boolean => possible(name, features, s, begin)
    expect([can(inCall()), can(inCall({ syscallno: 30n })), can(inCall({}, 32)), can(inCall({ at: place.handled })), can(inCall(), 'v5.11'), can(inCall(), 'rfc-v2')]).to.deep.equal([true, false, false, false, false, false])
    expect([can(after(k, features, inCall(), begin)), can(inCall({ TIF_SYSCALL_TRACE: true })), can(inCall({ TIF_SYSCALL_TRACE: true, traced: true }))]).to.deep.equal([false, false, true])
  })
  it('every place takes the AArch32 side while it runs, and no seccomp filter comes between', () => {
    const s = after(k, features, inCall(), begin)
    const t = symTask(s.tasks[0]!)
    for (const site of ['task_user_tls', 'tls_thread_switch', 'valid_user_regs', 'STACK_RND_MASK', 'TASK_SIZE', 'in_compat_syscall (generic)'] as const) expect(truth(asks(kernel(k), site, t)), site).to.equal(true)
    const seccomp: Event = { kind: 'seccomp', task: 'A', action: 'kill', data: 0n }
    expect([possible(k, features, s, seccomp), possible(k, features, inCall(), seccomp)]).to.deep.equal([false, true])
  })
  it('the flag is gone when the handler is done: the result is whole, audit saw a native call', () => {
    const t = after(k, features, inCall(), begin, other(errno(11))).tasks[0]!
    expect([t.compat_call, t.regs[0], t.at]).to.deep.equal([false, errno(11), place.handled])
  })
  it('an operation that sleeps: TPIDR_EL0 is kept in tp2_value, and tp_value comes to TPIDRRO_EL0, where user space reads it', () => {
    const s = inCall()
    s.cpus[0]!.TPIDR_EL0 = 0x99n
    const slept = after(k, config(), s, begin, away, back)
    expect([slept.tasks[0]!.tp_value, slept.tasks[0]!.tp2_value, slept.cpus[0]!.TPIDR_EL0, slept.cpus[0]!.TPIDRRO_EL0]).to.deep.equal([0x11n, 0x99n, 0x99n, 0x11n])
    const awake = after(k, config(), s, away, back)
    expect([awake.tasks[0]!.tp_value, awake.cpus[0]!.TPIDR_EL0, awake.cpus[0]!.TPIDRRO_EL0]).to.deep.equal([0x99n, 0x99n, 0n])
  })
})
