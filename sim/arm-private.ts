/** compat_arm_syscall(): the __ARM_NR_* calls. arch/arm64/kernel/sys_compat.c, v5.0 and later. */
import type { Cpu, Task } from '../trace/state.js'
import { EFAULT, EINVAL, ENOSYS, errno, int, low32, u64 } from './bits.js'
import { SIGILL, forceSignal } from './machine.js'
import { accessOk } from './memory.js'
import { thumb } from './psr.js'

const CACHEFLUSH = 0x0f0002, SET_TLS = 0x0f0005, COMPAT_END = 0x0f0800
const ILL_ILLTRP = 4n

/** `scno` is signed. */
export function compatArmSyscall(cpu: Cpu, t: Task, scno: number): bigint {
  if (scno === CACHEFLUSH) {
    const start = t.regs[0]!, end = t.regs[1]!
    if (end < start || low32(t.regs[2]!) !== 0) return errno(EINVAL)
    return accessOk(start, end - start, t.TIF_TAGGED_ADDR) ? 0n : errno(EFAULT)
  }
  if (scno === SET_TLS) {
    t.tp_value = t.regs[0]!
    cpu.TPIDRRO_EL0 = t.regs[0]!
    return 0n
  }
  if (scno < COMPAT_END) return errno(ENOSYS)
  forceSignal(t, SIGILL, ILL_ILLTRP, u64(t.pc - (thumb(t.pstate) ? 2n : 4n)))
  return 0n
}

/** do_ni_syscall() */
export function niSyscall(cpu: Cpu, t: Task, tried: boolean): bigint {
  return tried ? compatArmSyscall(cpu, t, int(t.syscallno)) : errno(ENOSYS)
}
