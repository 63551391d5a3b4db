/** The regset views and their get and set functions. arch/arm64/kernel/ptrace.c, kernel/ptrace.c, v5.11. */
import { syscallStop, view, type Config, type Task } from '../trace/state.js'
import { EFAULT, EINVAL, NO_SYSCALL, errno, low32, u32 } from './bits.js'
import type { Kernel } from './kernel.js'
import { UserMemory, accessOk, bytesOf, valueOf } from './memory.js'
import { compatPsrToPstate, pstateToCompatPsr, validUserRegs } from './psr.js'

export const NT_PRSTATUS = 1, NT_ARM_TLS = 0x401, NT_ARM_SYSTEM_CALL = 0x404

export interface Access { readonly kernel: Kernel, readonly config: Config, readonly target: Task, readonly memory: UserMemory }

/** `bytes`: the whole image. `set`: from `count` bytes of user memory at `ubuf`; 0 or -errno. */
export interface Regset {
  readonly n: number
  readonly size: number
  bytes(target: Task): Uint8Array
  set(a: Access, count: number, ubuf: bigint): bigint
}

/** struct pt_regs, as far as a regset reaches it. */
interface Regs { regs: bigint[], sp: bigint, pc: bigint, pstate: bigint, orig_x0: bigint }
const regsOf = (t: Task): Regs => ({ regs: t.regs.slice(), sp: t.sp, pc: t.pc, pstate: t.pstate, orig_x0: t.orig_x0 })
const commit = (t: Task, r: Regs): void => { Object.assign(t, r) }

/** user_regset_copyin() over an image of the present value. */
function copyin(a: Access, image: Uint8Array, count: number, ubuf: bigint): boolean {
  if (count === 0) return true
  const given = a.memory.copyIn(ubuf, count)
  if (given === null) return false
  image.set(given)
  return true
}

/** gpr_get / gpr_set: struct user_pt_regs. */
const gpr: Regset = {
  n: 34, size: 8,
  bytes(t) {
    const out = new Uint8Array(272)
    ;[...t.regs, t.sp, t.pc, t.pstate].forEach((v, i) => out.set(bytesOf(v, 8), 8 * i))
    return out
  },
  set(a, count, ubuf) {
    const image = gpr.bytes(a.target)
    if (!copyin(a, image, count, ubuf)) return errno(EFAULT)
    const word = (i: number): bigint => valueOf(image, 8 * i, 8)
    const regs: Regs = { regs: Array.from({ length: 31 }, (_, i) => word(i)), sp: word(31), pc: word(32), pstate: word(33), orig_x0: a.target.orig_x0 }
    if (!validUserRegs(a.kernel, a.config, regs, a.target)) return errno(EINVAL)
    commit(a.target, regs)
    updateOrigX0(a)
    return 0n
  },
}

/** update_syscall_orig_x0_after_ptrace() */
function updateOrigX0({ kernel, target }: Access): void {
  if (kernel.resyncsOrigX0 && target.syscallno !== NO_SYSCALL && target.syscall_stop !== syscallStop.exit && !kernel.sites.origX0AfterPtrace(target)) target.orig_x0 = target.regs[0]!
}

/** compat_get_user_reg() */
export function compatGetUserReg(t: Task, idx: number): bigint {
  if (idx === 15) return u32(t.pc)
  if (idx === 16) return BigInt(pstateToCompatPsr(low32(t.pstate)))
  return u32(idx === 17 ? t.orig_x0 : t.regs[idx]!)
}

function compatSetUserReg(regs: Regs, idx: number, value: bigint): void {
  if (idx === 15) regs.pc = value
  else if (idx === 16) regs.pstate = BigInt(compatPsrToPstate(low32(value)))
  else if (idx === 17) regs.orig_x0 = value
  else regs.regs[idx] = value
}

/** compat_gpr_get / compat_gpr_set: a fault ends the copying, but what came before is still checked and committed. */
const compatGpr: Regset = {
  n: 18, size: 4,
  bytes(t) {
    const out = new Uint8Array(72)
    for (let i = 0; i < 18; i++) out.set(bytesOf(compatGetUserReg(t, i), 4), 4 * i)
    return out
  },
  set(a, count, ubuf) {
    const regs = regsOf(a.target)
    let ret = 0n
    for (let i = 0; i < count / 4; i++) {
      const bytes = a.memory.copyIn(ubuf + BigInt(4 * i), 4)
      if (bytes === null) {
        ret = errno(EFAULT)
        break
      }
      compatSetUserReg(regs, i, valueOf(bytes))
    }
    if (!validUserRegs(a.kernel, a.config, regs, a.target)) return errno(EINVAL)
    commit(a.target, regs)
    return ret
  },
}

/** compat_ptrace_write_user(): one register; word offsets beyond the registers do nothing. */
export function compatWriteUser(a: Omit<Access, 'memory'>, idx: number, value: bigint): bigint {
  const regs = regsOf(a.target)
  compatSetUserReg(regs, idx, value)
  if (!validUserRegs(a.kernel, a.config, regs, a.target)) return errno(EINVAL)
  commit(a.target, regs)
  return 0n
}

/** tls_get / tls_set and compat_tls_get / compat_tls_set: uw.tp_value, 8 or 4 bytes, and TPIDR2_EL0 (0, no SME); the hardware register is not touched. */
const tls = (size: 4 | 8, n: 1 | 2): Regset => ({
  n, size,
  bytes: (t) => bytesOf(t.tp_value, size * n),
  set(a, count, ubuf) {
    const image = bytesOf(a.target.tp_value, size * n)
    if (!copyin(a, image, count, ubuf)) return errno(EFAULT)
    a.target.tp_value = valueOf(image, 0, size)
    return 0n
  },
})

const systemCall: Regset = {
  n: 1, size: 4,
  bytes: (t) => bytesOf(t.syscallno, 4),
  set(a, count, ubuf) {
    const image = bytesOf(a.target.syscallno, 4)
    if (!copyin(a, image, count, ubuf)) return errno(EFAULT)
    a.target.syscallno = valueOf(image)
    updateOrigX0(a)
    return 0n
  },
}

const views = new Map<bigint, ReadonlyMap<number, Regset>>([
  [view.aarch64, new Map([[NT_PRSTATUS, gpr], [NT_ARM_TLS, tls(8, 1)], [NT_ARM_SYSTEM_CALL, systemCall]])],
  [view.aarch32, new Map([[NT_PRSTATUS, compatGpr]])],
  [view.aarch32_ptrace, new Map([[NT_PRSTATUS, compatGpr], [NT_ARM_TLS, tls(4, 1)], [NT_ARM_SYSTEM_CALL, systemCall]])],
])

const nativeTlsPair = tls(8, 2)

export function findRegset(k: Kernel, v: bigint, type: number): Regset | undefined {
  return v === view.aarch64 && type === NT_ARM_TLS && k.tlsWords === 2 ? nativeTlsPair : views.get(v)?.get(type)
}

/** task_user_regset_view() */
export function taskUserRegsetView(k: Kernel, current: Task, target: Task): bigint {
  if (k.sites.regsetViewCurrent(current)) return view.aarch32
  return k.sites.regsetViewTarget(target) ? view.aarch32_ptrace : view.aarch64
}

/** copy_regset_to_user() of the first `count` bytes. */
export function copyRegsetToUser(a: Access, regset: Regset, count: number, ubuf: bigint): bigint {
  if (count === 0) return 0n
  return a.memory.copyOut(ubuf, regset.bytes(a.target).subarray(0, count)) ? 0n : errno(EFAULT)
}

/** copy_regset_from_user() */
export function copyRegsetFromUser(a: Access, regset: Regset, count: number, ubuf: bigint): bigint {
  return accessOk(ubuf, BigInt(count), a.memory.tagged) ? regset.set(a, count, ubuf) : errno(EFAULT)
}
