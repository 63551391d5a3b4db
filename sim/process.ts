/** Tasks come, change and take turns: copy_thread, exec, __switch_to. arch/arm64/kernel/process.c, kernel/fork.c, fs/exec.c. */
import { afterExec, place, table, view, type Cpu, type Task } from '../trace/state.js'
import { zero } from '../trace/spec.js'
import { taskSpec } from '../trace/state.js'
import { low32 } from './bits.js'
import { copyTask, forgetSigsys, type Machine } from './machine.js'
import { need } from './not-enabled.js'
import { MODE32, MODE_MASK, SSBS32, SSBS64, compatUserMode } from './psr.js'

const CLONE_SETTLS = 0x00080000n
const nothing = zero(taskSpec)

/** What copy_process takes of struct kernel_clone_args. */
export interface CloneArgs { readonly flags: bigint, readonly stack: bigint, readonly tls: bigint }

/** clone's arguments: the lower 32 bits of the first, registers 1 and 3 whole, in both tables (CLONE_BACKWARDS). */
export const cloneArgs = (parent: Task, first: bigint): CloneArgs => ({ flags: BigInt.asUintN(32, first), stack: parent.regs[1]!, tls: parent.regs[3]! })

/** copy_process(): the child. */
export function clone(m: Machine, cpu: Cpu, parent: Task, { flags, stack, tls }: CloneArgs): Task {
  const p = copyTask(parent) // dup_task_struct: thread_info and its flags, thread_struct; then pt_regs
  p.TIF_MTE_ASYNC_FAULT = false
  p.TIF_SINGLESTEP = false
  p.TIF_SYSCALL_TRACE = false
  p.regs[0] = 0n
  setTaskUserTls(m, p, cpu.TPIDR_EL0)
  if (stack !== 0n) {
    if (m.kernel.sites.copyThread(p)) p.regs[13] = stack
    else p.sp = stack
  }
  if ((flags & CLONE_SETTLS) !== 0n) p.tp_value = tls
  p.signo = 0n
  p.si_code = 0n
  p.si_addr = 0n
  forgetSigsys(p)
  p.traced = false
  p.syscall_stop = 0n
  p.stop_reg = 0n
  p.stop_saved = 0n
  p.core = 0n
  p.core_psr = 0n
  p.table = table.none
  p.view = view.none
  p.stopped = false
  p.at = place.returning // ret_from_fork → ret_to_user
  return p
}

function setTaskUserTls(m: Machine, t: Task, value: bigint): void {
  if (m.kernel.sites.taskUserTls(t)) t.tp2_value = value
  else t.tp_value = value
}

const taskUserTls = (m: Machine, t: Task): bigint => m.kernel.sites.taskUserTls(t) ? t.tp2_value : t.tp_value

/** execve that succeeds, in the order of load_elf_binary(): flush_thread, SET_PERSONALITY, arch_setup_new_exec, start_thread. */
export function execve(m: Machine, cpu: Cpu, t: Task, bits: 32 | 64): void {
  need(bits === 64 || m.config.aarch32_el0, 'ENOEXEC: no AArch32 at EL0')
  const empty = copyTask(nothing)
  t.frame = empty.frame
  t.buf = empty.buf
  // flush_thread: fpsimd_flush_thread, tls_thread_flush
  t.vregs = empty.vregs
  t.fpsr = 0n
  t.fpcr = 0n
  t.TIF_TAGGED_ADDR = false // flush_tagged_addr_state
  cpu.TPIDR_EL0 = 0n
  if (m.kernel.sites.tlsThreadFlush(t)) {
    t.tp_value = 0n
    cpu.TPIDRRO_EL0 = 0n
  }
  t.TIF_32BIT = bits === 32
  m.kernel.setPersonality(t, bits)
  m.kernel.setupNewExec(t)
  if (m.kernel.cntkctl === 'tif') updateCntkctl(m, cpu, t)
  else if (m.kernel.cntkctl === 'always' && m.config.erratum_1418040) cpu.CNTKCTL_EL0VCTEN = !m.kernel.sites.erratum1418040(t)
  // start_thread / compat_start_thread zero pt_regs
  const fresh = afterExec(bits, m.config)
  t.regs = fresh.regs
  t.sp = fresh.sp
  t.pc = fresh.pc
  t.pstate = fresh.pstate
  t.orig_x0 = 0n
  if (!m.kernel.execKeepsSyscallno) t.syscallno = fresh.syscallno
}

/** __switch_to(), on the CPU of `prev`. `index`: of the next task. */
export function switchTo(m: Machine, cpu: Cpu, prev: Task, next: Task, index: bigint): void {
  // tls_thread_switch
  setTaskUserTls(m, prev, cpu.TPIDR_EL0)
  if (m.kernel.sites.tlsThreadSwitch(next)) cpu.TPIDRRO_EL0 = next.tp_value
  else if (!(m.kernel.switchTrustsKpti && m.config.kpti)) cpu.TPIDRRO_EL0 = 0n
  cpu.TPIDR_EL0 = taskUserTls(m, next)
  if (m.kernel.switchSetsSsbs && m.config.ssbs) ssbsThreadSwitch(next)
  switchCntkctl(m, cpu, prev, next)
  cpu.current = index
}

/** v5.4's ssbs_thread_switch with the default mitigation policy. */
function ssbsThreadSwitch(next: Task): void {
  if (compatUserMode(next.pstate)) next.pstate |= BigInt(SSBS32)
  else if ((low32(next.pstate) & (MODE_MASK | MODE32)) === 0) next.pstate |= BigInt(SSBS64)
}

/** erratum_1418040_thread_switch (v5.11, v6.1), cntkctl_thread_switch (v6.12). */
function switchCntkctl(m: Machine, cpu: Cpu, prev: Task, next: Task): void {
  const compat = m.kernel.sites.erratum1418040
  switch (m.kernel.cntkctl) {
    case 'exit': return
    case 'change':
      if (m.config.erratum_1418040 && compat(prev) !== compat(next)) cpu.CNTKCTL_EL0VCTEN = !compat(next)
      return
    case 'always':
      if (m.config.erratum_1418040) cpu.CNTKCTL_EL0VCTEN = !compat(next)
      return
    case 'tif':
      if (prev.TIF_32BIT !== next.TIF_32BIT) updateCntkctl(m, cpu, next)
  }
}

/** update_cntkctl_el1() of v6.12; TIF_TSC_SIGSEGV is clear. */
function updateCntkctl(m: Machine, cpu: Cpu, t: Task): void {
  cpu.CNTKCTL_EL0VCTEN = !(m.config.erratum_1418040 && m.kernel.sites.erratum1418040(t))
}
