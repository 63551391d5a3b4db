/** TPIDRRO_EL0 is in no regset of a 64-bit task, and a stop is a context switch: the task reads the register itself where it is back at EL0. */
import { place, table, type Cpu, type TaskName } from '../../trace/state.js'
import { anotherCall } from './result.js'
import type { Replay, Running } from './running.js'
import type { Seen } from './task.js'

/** The register that the task reads it into. */
export const tpidrroIn = { 64: 28, 32: 11 } as const

export function compareTpidrro(w: Replay, cpu: Cpu, name: TaskName, bits: 64 | 32, seen: Seen): void {
  const want = BigInt.asUintN(bits, cpu.TPIDRRO_EL0)
  const got = seen.regs[tpidrroIn[bits]]!
  if (got !== want) w.differences.push(`${name} reads TPIDRRO_EL0: the trace has 0x${want.toString(16)}, the guest 0x${got.toString(16)}`)
}

/**
 * The trace ends with a switch to a task that is in the kernel: it goes on to EL0, in place of a call that it has not made with getpid, and reads
 * what the switch has left in TPIDRRO_EL0.
 */
export async function readAfterSwitch(w: Replay, last: number, name: TaskName, r: Running): Promise<void> {
  const { events } = w.trace
  const cpu = w.trace.states[last]!.cpus[0]!
  const t = w.state(last, name)
  const own = events.findLastIndex((e) => e.kind !== 'switch' && e.kind !== 'resume' && e.task === name)
  const switched = events.findLastIndex((e) => e.kind === 'switch' && e.to === name)
  // an image stands before its first instruction
  const waits = r.inside !== undefined || r.stop === undefined || r.call === 'execve'
  if (cpu.current !== BigInt(r.task.slot) || switched < own || !waits || t.at === place.el0 || t.signo !== 0n || (r.task.bits === 32 && (t.pstate & 0x20n) !== 0n)) return
  if (r.inside === 'entered' && t.table !== table.none) await anotherCall(t, r)
  await r.task.putBreakpoint(t.pc, false, true)
  r.stop = await r.task.go()
  compareTpidrro(w, cpu, name, r.task.bits, await r.task.look())
}
