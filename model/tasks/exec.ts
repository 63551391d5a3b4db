/** A successful execve. fs/binfmt_elf.c: begin_new_exec (flush_thread) < SET_PERSONALITY < arch_setup_new_exec < start_thread; asm/processor.h. */
import { bool, bv, False, ite } from '../terms/build.js'
import { layout } from '../../trace/state.js'
import type { Kernel, SymConfig, SymTask } from './kernel.js'
import { PSR, PSR_AA32 } from './sanitise.js'
import type { SymCpu } from './symbolic.js'
import { erratum1418040NewExec, tlsThreadFlush } from './tls.js'
import { NO_SYSCALL } from './entry.js'

/** Changes task and CPU as the handler does before it returns 0. */
export function execve(k: Kernel, config: SymConfig, cpu: SymCpu, t: SymTask, bits: 32 | 64): void {
  // flush_thread: fpsimd_flush_thread, tls_thread_flush, flush_tagged_addr_state; the task still is what it was
  t.vregs = t.vregs.map(() => bv(128, 0))
  t.fpsr = bv(32, 0)
  t.fpcr = bv(32, 0)
  tlsThreadFlush(k, cpu, t)
  t.TIF_TAGGED_ADDR = False
  // SET_PERSONALITY or COMPAT_SET_PERSONALITY, then arch_setup_new_exec
  t.TIF_32BIT = bool(bits === 32)
  t.compat_call = k.flag.afterExec(bits, t.compat_call)
  erratum1418040NewExec(k, config, cpu, t)
  // start_thread or compat_start_thread: all of pt_regs is 0 first
  t.regs = t.regs.map(() => bv(64, 0))
  t.orig_x0 = bv(64, 0)
  if (k.execForgetsSyscall) t.syscallno = NO_SYSCALL
  const wide = bits === 64
  t.pc = bv(64, wide ? layout.pc64 : layout.pc32)
  t.sp = bv(64, wide ? layout.sp64 : 0n)
  if (!wide) t.regs[13] = bv(64, layout.sp32)
  const pstate = wide ? 0n : PSR.MODE32
  t.pstate = ite(config.ssbs, bv(64, pstate | (wide ? PSR.SSBS : PSR_AA32.SSBS)), bv(64, pstate))
  for (const r of [t.frame, t.buf]) {
    r.base = bv(64, 0)
    r.lo = bv(32, 0)
    r.hi = bv(32, 0)
    r.words = r.words.map(() => bv(32, 0))
  }
}
