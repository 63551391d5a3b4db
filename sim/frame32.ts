/** Setting up an AArch32 signal frame. arch/arm64/kernel/signal32.c. */
import type { Task } from '../trace/state.js'
import { low32, u32 } from './bits.js'
import * as frame from './frame32-layout.js'
import { Uaccess, UserMemory, bytesOf } from './memory.js'
import { compatHandlerPstate, pstateToCompatPsr } from './psr.js'
import { SA_RESTORER, SA_SIGINFO, type Ksignal } from './ksignal.js'

const SS_DISABLE = 2n

/** compat_setup_frame / compat_setup_rt_frame: false if the frame could not be written; registers are changed only on success. */
export function compatSetupFrame(t: Task, k: Ksignal): boolean {
  const rt = (k.flags & SA_SIGINFO) !== 0
  const size = rt ? frame.RT_SIZE : frame.SIZE
  const sp = u32((u32(t.regs[13]!) - size) & ~7n) // compat_get_sigframe: 32-bit arithmetic; always below TASK_SIZE_MAX
  const user = new Uaccess(new UserMemory(t.frame, t.TIF_TAGGED_ADDR))
  const sf = rt ? sp + frame.SIGINFO_SIZE : sp
  if (rt) {
    user.copyOut(sp, siginfo32(k))
    user.put(sf + frame.UC_FLAGS, 4, 0n)
    user.put(sf + frame.UC_LINK, 4, 0n)
    user.put(sf + frame.UC_STACK, 4, 0n)
    user.put(sf + frame.UC_STACK + 4n, 4, SS_DISABLE)
    user.put(sf + frame.UC_STACK + 8n, 4, 0n)
  } else user.put(sf + frame.UC_FLAGS, 4, 0x5ac3c35an)
  setupSigframe(t, user, sf)
  if (user.err) return false
  setupReturn(t, k, sp, rt)
  if (rt) {
    t.regs[1] = sp
    t.regs[2] = sf
  }
  return true
}

function siginfo32(k: Ksignal): Uint8Array {
  const info = new Uint8Array(128)
  info.set(bytesOf(BigInt(k.signo), 4), 0)
  info.set(bytesOf(k.errno, 4), 4)
  info.set(bytesOf(k.code, 4), 8)
  info.set(bytesOf(k.addr, 4), 12)
  info.set(bytesOf(k.syscall, 4), 16)
  info.set(bytesOf(k.arch, 4), 20)
  return info
}

function setupSigframe(t: Task, user: Uaccess, sf: bigint): void {
  const outer = user.err
  user.err = false
  for (let i = 0; i <= 14; i++) user.put(sf + frame.ARM_R0 + BigInt(4 * i), 4, t.regs[i]!)
  user.put(sf + frame.ARM_PC, 4, t.pc)
  user.put(sf + frame.ARM_CPSR, 4, BigInt(pstateToCompatPsr(low32(t.pstate))))
  user.put(sf + frame.TRAP_NO, 4, 0n)
  user.put(sf + frame.ERROR_CODE, 4, 0n)
  user.put(sf + frame.FAULT_ADDRESS, 4, 0n)
  user.put(sf + frame.OLDMASK, 4, t.blocked)
  user.copyOut(sf + frame.UC_SIGMASK, bytesOf(t.blocked, 8))
  const vfp = sf + frame.UC_REGSPACE
  if (!user.err) preserveVfpContext(t, user, vfp)
  user.put(vfp + frame.END_MAGIC, 8, 0n)
  user.err ||= outer
}

function preserveVfpContext(t: Task, user: Uaccess, vfp: bigint): void {
  user.put(vfp, 4, frame.VFP_MAGIC)
  user.put(vfp + 4n, 4, frame.VFP_SIZE)
  for (let i = 0; i < 16; i++) {
    const at = vfp + frame.FPREGS + BigInt(16 * i), v = t.vregs[i]!
    user.put(at, 8, BigInt.asUintN(64, v))
    user.put(at + 8n, 8, v >> 64n)
  }
  user.put(vfp + frame.FPSCR, 4, (t.fpsr & frame.FPSCR_STAT) | (t.fpcr & frame.FPSCR_CTRL))
  user.put(vfp + frame.FPEXC, 4, 1n << 30n)
  user.put(vfp + frame.FPINST, 4, 0n)
  user.put(vfp + frame.FPINST2, 4, 0n)
}

function setupReturn(t: Task, k: Ksignal, sp: bigint, rt: boolean): void {
  const handler = u32(k.handler)
  const thumb = (handler & 1n) === 1n
  const idx = (thumb ? 2 : 0) + (rt ? 3 : 0)
  t.regs[0] = BigInt(k.signo)
  t.regs[13] = sp
  t.regs[14] = (k.flags & SA_RESTORER) !== 0 ? u32(k.restorer) : u32(k.sigtramp + BigInt(4 * idx + (thumb ? 1 : 0)))
  t.pc = handler
  t.pstate = BigInt(compatHandlerPstate(low32(t.pstate), thumb))
}
