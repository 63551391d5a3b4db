/** The tango32 module's ioctl begins what it runs as a 32-bit task: set_thread_flag(TIF_32BIT). The task asks for it once a call, natively. */
import { and, bool, is, not, True } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { table } from '../../trace/state.js'
import { IOCTL } from '../syscalls/numbers.table.js'
import { callGoesOn } from '../syscalls/stops.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'

export function moduleOperation({ k, t }: Scene, _e: EventOf<'module'>): Bool {
  const ready = and(bool(k.flag.ofModule), at(t, 'entered'), callGoesOn(t), is(t.table, table.native), is(t.syscallno, IOCTL), not(t.TIF_32BIT), not(t.compat_call))
  t.compat_call = True
  return ready
}
