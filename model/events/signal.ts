/** A signal with a handler is delivered. */
import { and, bv, bvand, eq, is, isZero, iteBool, not, or, ule, ult } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { compatFrame, nativeFrame } from '../syscalls/frames.table.js'
import * as numbers from '../syscalls/numbers.table.js'
import { deliverSignal } from '../tasks/do-signal.js'
import { asks, type Kernel } from '../tasks/kernel.js'
import { compatFrameAddress, nativeFrameAddress } from '../tasks/signal-frames.js'
import type { SymTask } from '../tasks/symbolic.js'
import { userAddress, wholeOrOutside } from '../tasks/uaccess.js'
import type { EventOf, Scene } from './event.js'
import { nothingForced, returning } from './places.js'

export function signal({ k, config, t }: Scene, e: EventOf<'signal'>): Bool {
  const signo = e.signo as BV<8>
  const mte = t.TIF_MTE_ASYNC_FAULT
  const ready = returning(t)
  const which = and(or(nothingForced(t), eq(t.signo, signo)), or(not(mte), is(signo, numbers.signals.SIGSEGV)))
  const deliverable = and(ule(bv(8, 1), signo), ule(signo, bv(8, 64)), not(is(signo, numbers.signals.SIGKILL)), not(is(signo, numbers.signals.SIGSTOP)),
    or(not(isBlocked(t, signo)), eq(t.signo, signo), mte), ult(bv(64, 1), e.handler as BV<64>))
  const room = frameRoom(k, t, e)
  deliverSignal(k, config, t, { signo, handler: e.handler as BV<64>, flags: e.flags as BV<32>, restorer: e.restorer as BV<64>, sigtramp: e.sigtramp as BV<64> })
  return and(ready, which, deliverable, room)
}

function isBlocked(t: SymTask, signo: BV<8>): Bool {
  return or(...Array.from({ length: 64 }, (_, i) => and(is(signo, i + 1), not(isZero(bvand(t.blocked, bv(64, 1n << BigInt(i))))))))
}

/** A delivered frame starts where the region starts, or the region is out of its way. */
function frameRoom(k: Kernel, t: SymTask, e: EventOf<'signal'>): Bool {
  const compatSide = asks(k, 'handle_signal', t)
  const sigInfo = not(isZero(bvand(e.flags as BV<32>, bv(32, numbers.saFlags.SA_SIGINFO))))
  const room = (address: BV<64>, size: number): Bool => wholeOrOutside(t.frame, userAddress(t, address), size)
  return iteBool(compatSide,
    iteBool(sigInfo, room(compatFrameAddress(t, compatFrame.rtSize), compatFrame.rtSize), room(compatFrameAddress(t, compatFrame.size), compatFrame.size)),
    room(nativeFrameAddress(t).at, nativeFrame.size))
}
