/** The native rt_sigreturn. arch/arm64/kernel/signal.c, without SVE. */
import { restartFn, type Config, type Task } from '../trace/state.js'
import { NO_SYSCALL } from './bits.js'
import * as frame from './frame64-layout.js'
import type { Kernel } from './kernel.js'
import { SIGSEGV, forceSignal, setCurrentBlocked } from './machine.js'
import { Uaccess, UserMemory, accessOk, valueOf } from './memory.js'
import { validUserRegs } from './psr.js'

/** Returns what the handler returns. */
export function rtSigreturn(k: Kernel, config: Config, t: Task, siCode: bigint): bigint {
  t.restart_fn = restartFn.do_no_restart_syscall
  const memory = new UserMemory(t.frame, t.TIF_TAGGED_ADDR)
  const sf = t.sp
  if ((sf & 15n) === 0n && accessOk(sf, frame.SIZE, t.TIF_TAGGED_ADDR) && restoreSigframe(k, config, t, memory, sf) && memory.copyIn(sf + frame.UC_STACK, 24) !== null) {
    return t.regs[0]!
  }
  forceSignal(t, SIGSEGV, siCode, t.sp)
  return 0n
}

function restoreSigframe(k: Kernel, config: Config, t: Task, memory: UserMemory, sf: bigint): boolean {
  const user = new Uaccess(memory)
  const set = memory.copyIn(sf + frame.UC_SIGMASK, 8)
  if (set === null) user.err = true
  else setCurrentBlocked(t, valueOf(set))
  for (let i = 0; i < 31; i++) t.regs[i] = user.get(sf + frame.REGS + BigInt(8 * i), 8)
  t.sp = user.get(sf + frame.SP, 8)
  t.pc = user.get(sf + frame.PC, 8)
  t.pstate = user.get(sf + frame.PSTATE, 8)
  t.syscallno = NO_SYSCALL // forget_syscall
  const ok = validUserRegs(k, config, t, t)
  if (!ok || user.err) return false
  const fpsimd = parseUserSigframe(user, sf + frame.RESERVED)
  return fpsimd !== null && restoreFpsimdContext(t, memory, fpsimd)
}

/** The address of the FPSIMD record, or null: a fault, an invalid list of records, or none of them FPSIMD. */
function parseUserSigframe(user: Uaccess, base: bigint): bigint | null {
  let offset = 0
  let fpsimd: bigint | null = null
  for (;;) {
    if (frame.RESERVED_SIZE - offset < 8 || offset % 16 !== 0) return null
    const head = base + BigInt(offset)
    const magic = user.get(head, 4)
    const size = Number(user.get(head + 4n, 4))
    if (user.err || frame.RESERVED_SIZE - offset < size) return null
    if (magic === 0n) return size === 0 ? fpsimd : null
    if (magic === frame.FPSIMD_MAGIC) {
      if (fpsimd !== null || size < Number(frame.FPSIMD_SIZE)) return null
      fpsimd = head
    } else if (magic !== frame.ESR_MAGIC) return null
    if (size < 8) return null
    offset += size
  }
}

function restoreFpsimdContext(t: Task, memory: UserMemory, record: bigint): boolean {
  const user = new Uaccess(memory)
  const magic = user.get(record, 4), size = user.get(record + 4n, 4)
  if (user.err || magic !== frame.FPSIMD_MAGIC || size !== frame.FPSIMD_SIZE) return false
  const vregs = memory.copyIn(record + frame.VREGS, 512)
  const fpsr = user.get(record + frame.FPSR, 4), fpcr = user.get(record + frame.FPCR, 4)
  if (vregs === null || user.err) return false
  t.vregs = Array.from({ length: 32 }, (_, i) => valueOf(vregs, 16 * i, 16))
  t.fpsr = fpsr
  t.fpcr = fpcr
  return true
}
