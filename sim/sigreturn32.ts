/** compat sigreturn and rt_sigreturn. arch/arm64/kernel/signal32.c. */
import { restartFn, type Config, type Task } from '../trace/state.js'
import { NO_SYSCALL, low32 } from './bits.js'
import * as frame from './frame32-layout.js'
import type { Kernel } from './kernel.js'
import { SIGSEGV, forceSignal, setCurrentBlocked } from './machine.js'
import { Uaccess, UserMemory, accessOk, valueOf } from './memory.js'
import { compatPsrToPstate, validUserRegs } from './psr.js'

/** Returns what the handler returns. `residue`: what the stack held where V16 to V31 are taken from. */
export function compatSigreturn(k: Kernel, config: Config, t: Task, rt: boolean, siCode: bigint, residue: readonly bigint[]): bigint {
  t.restart_fn = restartFn.do_no_restart_syscall
  if (restore(k, config, t, rt, residue)) return t.regs[0]!
  forceSignal(t, SIGSEGV, siCode, t.regs[13]!)
  return 0n
}

function restore(k: Kernel, config: Config, t: Task, rt: boolean, residue: readonly bigint[]): boolean {
  if (!k.sites.compatSigreturn(t)) return false
  const sp = t.regs[13]!
  if ((sp & 7n) !== 0n || !accessOk(sp, rt ? frame.RT_SIZE : frame.SIZE, t.TIF_TAGGED_ADDR)) return false
  const memory = new UserMemory(t.frame, t.TIF_TAGGED_ADDR)
  const sf = rt ? sp + frame.SIGINFO_SIZE : sp
  if (!compatRestoreSigframe(k, config, t, memory, sf, residue)) return false
  // compat_restore_altstack: only a fault on the 12 bytes counts
  return !rt || memory.copyIn(sf + frame.UC_STACK, 12) !== null
}

function compatRestoreSigframe(k: Kernel, config: Config, t: Task, memory: UserMemory, sf: bigint, residue: readonly bigint[]): boolean {
  const user = new Uaccess(memory)
  const set = memory.copyIn(sf + frame.UC_SIGMASK, 8)
  if (set === null) user.err = true
  else setCurrentBlocked(t, valueOf(set))
  for (let i = 0; i <= 14; i++) t.regs[i] = user.get(sf + frame.ARM_R0 + BigInt(4 * i), 4)
  t.pc = user.get(sf + frame.ARM_PC, 4)
  const psr = user.get(sf + frame.ARM_CPSR, 4)
  t.pstate = BigInt(compatPsrToPstate(low32(psr)))
  t.syscallno = NO_SYSCALL // forget_syscall
  const ok = validUserRegs(k, config, t, t)
  if (!ok || user.err) return false
  return compatRestoreVfpContext(t, new Uaccess(memory), sf + frame.UC_REGSPACE, residue)
}

/** Reads V0 to V15, FPSR and FPCR into a struct user_fpsimd_state on the stack that nobody initialised (`rest`), and loads all of it. */
function compatRestoreVfpContext(t: Task, user: Uaccess, vfp: bigint, rest: readonly bigint[]): boolean {
  const magic = user.get(vfp, 4), size = user.get(vfp + 4n, 4)
  if (user.err || magic !== frame.VFP_MAGIC || size !== frame.VFP_SIZE) return false
  const vregs = rest.slice()
  for (let i = 0; i < 16; i++) {
    const at = vfp + frame.FPREGS + BigInt(16 * i)
    const lo = user.get(at, 8), hi = user.get(at + 8n, 8)
    vregs[i] = (hi << 64n) | lo
  }
  const fpscr = user.get(vfp + frame.FPSCR, 4)
  if (user.err) return false
  t.vregs = vregs
  t.fpsr = fpscr & frame.FPSCR_STAT
  t.fpcr = fpscr & frame.FPSCR_CTRL
  return true
}
