/** The part of the module tango32's ioctl that runs as a 32-bit task: compat ioctl, getdents64 and lseek, between set_thread_flag(TIF_32BIT) and clear_thread_flag(TIF_32BIT). */
import { place, table, type Task } from '../trace/state.js'
import type { Machine } from './machine.js'
import { need } from './not-enabled.js'
import { needGoingOn, takenAway } from './stops.js'

const __NR_ioctl = 29n

/** An operation has begun and is not over. */
export const inOperation = (m: Machine, t: Task): boolean => m.kernel.tango32 && t.at === place.entered && t.compat_call

/** The operation begins. A 32-bit caller gets -EINVAL. */
export function tango32(m: Machine, t: Task): void {
  need(m.kernel.tango32, 'the module is not there')
  needGoingOn(m.kernel, t)
  need(!takenAway(t) && t.table === table.native && t.syscallno === __NR_ioctl, 'no native ioctl')
  need(!t.TIF_32BIT, 'the module refuses 32-bit callers')
  need(!t.compat_call, 'the operation has begun already')
  t.compat_call = true
}
