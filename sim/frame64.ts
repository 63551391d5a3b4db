/** Setting up an AArch64 signal frame. arch/arm64/kernel/signal.c, without SVE; thread.fault_code is 0. */
import type { Config, Task } from '../trace/state.js'
import { low32, roundDown, u64 } from './bits.js'
import * as frame from './frame64-layout.js'
import type { Kernel } from './kernel.js'
import { SA_RESTORER, SA_SIGINFO, type Ksignal } from './ksignal.js'
import { Uaccess, UserMemory, accessOk, bytesOf } from './memory.js'
import { BTYPE, BTYPE_C, TCO } from './psr.js'

const SS_DISABLE = 2n
/** sizeof(struct kernel_siginfo), then the expansion up to 128 is cleared */
const KERNEL_SIGINFO = 48

/** setup_rt_frame(): false on failure. If only the siginfo could not be written, the registers have been changed. */
export function setupRtFrame(kernel: Kernel, config: Config, t: Task, k: Ksignal): boolean {
  const top = t.sp
  const nextFrame = roundDown(u64(top - 16n), 16n)
  const sf = u64(nextFrame - frame.SIZE)
  if (!accessOk(sf, u64(top - sf), t.TIF_TAGGED_ADDR)) return false
  const memory = new UserMemory(t.frame, t.TIF_TAGGED_ADDR)
  const user = new Uaccess(memory)
  user.put(sf + frame.UC_FLAGS, 8, 0n)
  user.put(sf + frame.UC_LINK, 8, 0n)
  user.put(sf + frame.UC_STACK, 8, 0n)
  user.put(sf + frame.UC_STACK + 8n, 4, SS_DISABLE)
  user.put(sf + frame.UC_STACK + 16n, 8, 0n)
  setupSigframe(t, user, sf)
  const wanted = (k.flags & SA_SIGINFO) !== 0
  // v7.3 writes it whatever has failed before
  if (kernel.siginfoFirst && wanted && !writeSiginfo(memory, sf, k)) return false
  if (user.err) return false
  setupReturn(kernel, config, t, k, sf, nextFrame)
  if (!wanted) return true
  const written = kernel.siginfoFirst || writeSiginfo(memory, sf, k)
  t.regs[1] = sf
  t.regs[2] = sf + frame.UC_FLAGS
  return written
}

function writeSiginfo(memory: UserMemory, sf: bigint, k: Ksignal): boolean {
  const info = siginfo(k)
  return memory.copyOut(sf, info.subarray(0, KERNEL_SIGINFO)) && memory.copyOut(sf + BigInt(KERNEL_SIGINFO), info.subarray(KERNEL_SIGINFO))
}

function siginfo(k: Ksignal): Uint8Array {
  const info = new Uint8Array(128)
  info.set(bytesOf(BigInt(k.signo), 4), 0)
  info.set(bytesOf(k.errno, 4), 4)
  info.set(bytesOf(k.code, 4), 8)
  info.set(bytesOf(k.addr, 8), 16)
  info.set(bytesOf(k.syscall, 4), 24)
  info.set(bytesOf(k.arch, 4), 28)
  return info
}

/** The frame record (x29, x30) that next_frame points to lies outside the memory in view and is left out. */
function setupSigframe(t: Task, user: Uaccess, sf: bigint): void {
  const outer = user.err
  user.err = false
  for (let i = 0; i < 31; i++) user.put(sf + frame.REGS + BigInt(8 * i), 8, t.regs[i]!)
  user.put(sf + frame.SP, 8, t.sp)
  user.put(sf + frame.PC, 8, t.pc)
  user.put(sf + frame.PSTATE, 8, t.pstate)
  user.put(sf + frame.FAULT_ADDRESS, 8, 0n)
  user.copyOut(sf + frame.UC_SIGMASK, bytesOf(t.blocked, 8))
  if (!user.err) preserveFpsimdContext(t, user, sf + frame.RESERVED)
  if (!user.err) {
    user.put(sf + frame.END, 4, 0n)
    user.put(sf + frame.END + 4n, 4, 0n)
  }
  user.err ||= outer
}

function preserveFpsimdContext(t: Task, user: Uaccess, record: bigint): void {
  const vregs = new Uint8Array(512)
  for (let i = 0; i < 32; i++) vregs.set(bytesOf(t.vregs[i]!, 16), 16 * i)
  user.copyOut(record + frame.VREGS, vregs)
  user.put(record + frame.FPSR, 4, t.fpsr)
  user.put(record + frame.FPCR, 4, t.fpcr)
  user.put(record, 4, frame.FPSIMD_MAGIC)
  user.put(record + 4n, 4, frame.FPSIMD_SIZE)
}

function setupReturn(kernel: Kernel, config: Config, t: Task, k: Ksignal, sf: bigint, nextFrame: bigint): void {
  t.regs[0] = BigInt(k.signo)
  t.sp = sf
  t.regs[29] = nextFrame
  t.pc = k.handler
  let pstate = low32(t.pstate)
  if (kernel.knowsBti && config.bti) pstate = (pstate & ~BTYPE) | BTYPE_C
  if (kernel.knowsMte) pstate &= ~TCO
  t.pstate = (t.pstate & ~0xffffffffn) | BigInt(pstate >>> 0)
  t.regs[30] = (k.flags & SA_RESTORER) !== 0 ? k.restorer : k.sigtramp
}
