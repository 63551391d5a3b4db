/** sigreturn and rt_sigreturn, native and compat. */
import { and, is, ite, not, or } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { inCompatTable, storeResult } from '../syscalls/dispatch.js'
import { compatFrame, nativeFrame } from '../syscalls/frames.table.js'
import * as numbers from '../syscalls/numbers.table.js'
import { compatSigreturn } from '../syscalls/sigreturn-compat.js'
import { nativeSigreturn, recordsModelled } from '../syscalls/sigreturn-native.js'
import type { Scene } from '../events/event.js'
import { copyTask, mergeTask, type SymTask } from '../tasks/symbolic.js'
import { userAddress, wholeOrOutside } from '../tasks/uaccess.js'
import { numbered, type HandlerOf } from './handler.js'

type Sigreturn = HandlerOf<'sigreturn' | 'rt_sigreturn'>
const knownCode = (e: Sigreturn): Bool => or(is(e.si_code as BV<32>, numbers.siCode.SEGV_MAPERR), is(e.si_code as BV<32>, numbers.siCode.SEGV_ACCERR))
const room = (t: SymTask, at: BV<64>, size: number): Bool => wholeOrOutside(t.frame, userAddress(t, at), size)

export function sigreturn({ k, config, t }: Scene, e: Sigreturn): Bool {
  const asCompat = copyTask(t)
  const result = compatSigreturn(k, config, asCompat, false, e.si_code as BV<32>, e.residue as BV<128>[])
  const fits = room(t, t.regs[13]!, compatFrame.size)
  const selected = numbered(k, t, { compat: numbers.compat.sigreturn })
  Object.assign(t, asCompat)
  storeResult(k, t, result)
  return and(selected, knownCode(e), fits)
}

export function rtSigreturn({ k, config, t }: Scene, e: Sigreturn): Bool {
  const compat = inCompatTable(t)
  const [asCompat, asNative] = [copyTask(t), copyTask(t)]
  const compatResult = compatSigreturn(k, config, asCompat, true, e.si_code as BV<32>, e.residue as BV<128>[])
  const fits = and(or(not(compat), room(t, t.regs[13]!, compatFrame.rtSize)), or(compat, and(room(t, t.sp, nativeFrame.size), recordsModelled(t))))
  const selected = numbered(k, t, { native: numbers.native.rt_sigreturn, compat: numbers.compat.rt_sigreturn })
  const nativeResult = nativeSigreturn(k, config, asNative, e.si_code as BV<32>)
  Object.assign(t, mergeTask(compat, asCompat, asNative))
  storeResult(k, t, ite(compat, compatResult, nativeResult))
  return and(selected, knownCode(e), fits)
}
