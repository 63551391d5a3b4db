/** The ptrace system call between two tasks. kernel/ptrace.c, arch/arm64/kernel/ptrace.c (compat_arch_ptrace, arch_ptrace), v5.4 and v5.11. */
import { and, bv, bvadd, bvand, bvsub, eq, False, implies, is, isZero, ite, iteBool, lower32, not, or, True, ule, ult, zext } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { view as views } from '../../trace/state.js'
import type { Kernel, SymConfig, SymTask } from '../tasks/kernel.js'
import { firstArgument } from '../tasks/fork.js'
import { copyTask, mergeTask } from '../tasks/symbolic.js'
import { apart, mapped, TASK_SIZE_MAX, userAddress, wordAt64, writeU32, writeU64, type Region } from '../tasks/uaccess.js'
import { inCompatTable, negative } from './dispatch.js'
import { errno, ptraceRequest as req } from './numbers.table.js'
import { compatGetUserReg, compatGpr, compatWriteUser, regsetLength, regsetViews, taskUserRegsetView, type Regset, type Source } from './regsets.js'

/** struct iovec and its buffer lie in the tracer's `buf`: the iovec at its start, what it points to 16 bytes on. */
const PAYLOAD = 16
/** sizeof(struct user): compat_ptrace_read_user, compat_ptrace_write_user */
const COMPAT_USER_SZ = 296
const COMPAT_GPR_BYTES = 72

export interface PtraceCall { request: BV<64>, addr: BV<64>, data: BV<64>, compat: Bool }

/** The arguments: unsigned long or long of the native table, compat_long_t and compat_ulong_t of the compat one (COMPAT_SYSCALL_DEFINE4). */
export function ptraceArguments(k: Kernel, t: SymTask): PtraceCall {
  const compat = inCompatTable(t)
  const arg = (i: number): BV<64> => ite(compat, zext(64, lower32(t.regs[i]!)), t.regs[i]!)
  // `data` is an address in every native request here; a compat one has no tag
  return { request: ite(compat, arg(0), firstArgument(k, t)), addr: arg(2), data: userAddress(t, arg(3)), compat }
}

interface Iovec { base: BV<64>, len: BV<64>, fault: Bool }
function readIovec(c: PtraceCall, tracer: SymTask): Iovec {
  const { buf } = tracer
  const fault = iteBool(c.compat, not(mapped(buf, c.data, 0, 8)), not(mapped(buf, c.data, 0, 16)))
  return {
    fault,
    base: ite(c.compat, zext(64, buf.words[0]!), userAddress(tracer, wordAt64(buf, 0))),
    len: ite(c.compat, zext(64, buf.words[1]!), wordAt64(buf, 8)),
  }
}

/** Requests and layouts that are modelled; docs/events.md lists them. */
export function ptraceModelled(k: Kernel, tracer: SymTask, target: SymTask): Bool {
  const c = ptraceArguments(k, tracer)
  const buf = tracer.buf
  const iov = readIovec(c, tracer)
  const one = (...r: number[]): Bool => or(...r.map((x) => is(c.request, x)))
  const compatOnly = one(req.PEEKUSR, req.POKEUSR, req.GETREGS, req.SETREGS, req.GET_THREAD_AREA, req.SET_SYSCALL)
  const regset = one(req.GETREGSET, req.SETREGSET)
  const size = 4 * buf.words.length
  const dataInBuf = or(eq(c.data, buf.base), apart(buf, c.data, size))
  const payload = or(eq(iov.base, bvadd(buf.base, bv(64, PAYLOAD))), apart(buf, iov.base, size), iov.fault)
  const code = not(or(...[0x10000, 0x10004, 0x10008].map((o) => is(c.addr, o))))
  const length = transferLength(k, c, tracer, target, iov)
  // copy_to_user that stops in the middle leaves what the copy loop had done: not modelled
  const wholeGet = implies(and(one(req.GETREGSET), eq(iov.base, bvadd(buf.base, bv(64, PAYLOAD)))), or(reaches(buf, PAYLOAD, length), not(reaches(buf, PAYLOAD, bv(32, 4)))))
  const wholeRegs = implies(and(one(req.GETREGS), eq(c.data, buf.base)), or(reaches(buf, 0, bv(32, COMPAT_GPR_BYTES)), not(reaches(buf, 0, bv(32, 4)))))
  return and(or(regset, compatOnly), dataInBuf, implies(regset, payload), implies(one(req.PEEKUSR), code), wholeGet, wholeRegs)
}

/** Are all of `len` bytes from `offset` on mapped? */
const reaches = (buf: Region, offset: number, len: BV<32>): Bool =>
  and(ule(buf.lo, bv(32, offset)), not(ult(buf.hi, bvadd(len, bv(32, offset)))), ult(len, bv(32, 4 * buf.words.length - offset + 1)))

function transferLength(k: Kernel, c: PtraceCall, tracer: SymTask, target: SymTask, iov: Iovec): BV<32> {
  const chosen = choose(k, c, tracer, target)
  return chosen.reduce<BV<32>>((rest, s) => ite(s.when, regsetLength(s.regset, lengthOf(iov)).clipped, rest), bv(32, 0))
}
/** iov_len as ptrace_regset compares it: beyond 32 bits it is clipped alike; its low bits decide the multiple. */
const lengthOf = (iov: Iovec): BV<32> => ite(isZero(bvand(iov.len, bv(64, 0xffffffff00000000n))), lower32(iov.len), bvor32(lower32(iov.len)))
const bvor32 = (low: BV<32>): BV<32> => ite(isZero(bvand(low, bv(32, 7))), bv(32, 0x80000000), ite(isZero(bvand(low, bv(32, 3))), bv(32, 0x80000004), bv(32, 0x80000001)))

/** Every (view, note) pair with the condition under which it answers. */
function choose(k: Kernel, c: PtraceCall, tracer: SymTask, target: SymTask): { when: Bool, regset: Regset }[] {
  const view = taskUserRegsetView(k, tracer, target)
  return regsetViews(k).flatMap((v) => v.sets.map((s) => ({ when: and(is(view, v.view), is(lower32(c.addr), s.note)), regset: s.regset })))
}

/** ptrace(): changes tracer and target; the result. The target must be stopped. */
export function sysPtrace(k: Kernel, config: SymConfig, tracer: SymTask, target: SymTask): BV<64> {
  const c = ptraceArguments(k, tracer)
  const branches: { when: Bool, run: (tracer: SymTask, target: SymTask) => BV<64> }[] = [
    { when: is(c.request, req.GETREGSET), run: (a, b) => getRegset(k, c, a, b) },
    { when: is(c.request, req.SETREGSET), run: (a, b) => setRegset(k, config, c, a, b) },
    ...compatRequests(k, config, c).map((r) => ({ ...r, when: and(c.compat, r.when) })),
  ]
  let result: BV<64> = negative(errno.EIO)
  const [tracer0, target0] = [copyTask(tracer), copyTask(target)]
  for (const branch of branches) {
    const when = and(target.stopped, branch.when)
    if (when === False) continue
    const [a, b] = [copyTask(tracer0), copyTask(target0)]
    const r = branch.run(a, b)
    result = ite(branch.when, r, result)
    Object.assign(tracer, mergeTask(when, a, tracer))
    Object.assign(target, mergeTask(when, b, target))
  }
  return ite(target0.stopped, result, negative(errno.ESRCH))
}

function getRegset(k: Kernel, c: PtraceCall, tracer: SymTask, target: SymTask): BV<64> {
  const iov = readIovec(c, tracer)
  const at = bvadd(iov.base, bv(64, (1n << 64n) - BigInt(PAYLOAD)))
  return regset(k, c, tracer, target, iov, (s, len, when) => {
    const reach = and(eq(at, tracer.buf.base), reaches(tracer.buf, PAYLOAD, len))
    s.get(target).forEach((word, i) => writeU32(tracer.buf, at, PAYLOAD + 4 * i, word, and(when, reach, ult(bv(32, 4 * i), len))))
    return ite(or(reach, isZero(len)), bv(64, 0), negative(errno.EFAULT))
  })
}

function setRegset(k: Kernel, config: SymConfig, c: PtraceCall, tracer: SymTask, target: SymTask): BV<64> {
  const iov = readIovec(c, tracer)
  const at = bvadd(iov.base, bv(64, (1n << 64n) - BigInt(PAYLOAD)))
  const from: Source = payloadAt(tracer.buf, at, PAYLOAD)
  return regset(k, c, tracer, target, iov, (s, len, when) => {
    const fresh = copyTask(target)
    const r = s.set(k, config, fresh, from, len)
    // copy_regset_from_user() (include/linux/regset.h): access_ok before the setter, of no bytes as well
    const ok = ule(iov.base, bvsub(bv(64, TASK_SIZE_MAX), zext(64, len)))
    Object.assign(target, mergeTask(and(when, ok), fresh, target))
    return ite(ok, r, negative(errno.EFAULT))
  })
}

const payloadAt = (buf: Region, at: BV<64>, offset: number): Source => ({
  word: (i) => buf.words[offset / 4 + i] ?? bv(32, 0),
  fault: (i) => not(mapped(buf, at, offset + 4 * i, 4)),
})

/** ptrace_regset(), then the length goes back into the iovec. */
function regset(k: Kernel, c: PtraceCall, tracer: SymTask, target: SymTask, iov: Iovec, transfer: (s: Regset, len: BV<32>, when: Bool) => BV<64>): BV<64> {
  tracer.view = ite(iov.fault, tracer.view, taskUserRegsetView(k, tracer, target))
  let result: BV<64> = negative(errno.EINVAL)
  let length: BV<32> = bv(32, 0)
  for (const s of choose(k, c, tracer, target)) {
    const l = regsetLength(s.regset, lengthOf(iov))
    const when = and(not(iov.fault), s.when, l.ok)
    result = ite(when, transfer(s.regset, l.clipped, when), result)
    length = ite(when, l.clipped, length)
  }
  const done = and(not(iov.fault), isZero(result))
  const write64 = and(done, not(c.compat))
  writeU64(tracer.buf, c.data, 8, zext(64, length), write64)
  writeU32(tracer.buf, c.data, 4, length, and(done, c.compat))
  return ite(iov.fault, negative(errno.EFAULT), result)
}

/** compat_arch_ptrace(): only the compat table leads here; nobody tests the widths of tracer and child. */
function compatRequests(k: Kernel, config: SymConfig, c: PtraceCall): { when: Bool, run: (tracer: SymTask, target: SymTask) => BV<64> }[] {
  const addr = lower32(c.addr)
  const aligned = isZero(bvand(addr, bv(32, 3)))
  const inUser = and(aligned, ult(addr, bv(32, COMPAT_USER_SZ)))
  const put = (tracer: SymTask, value: BV<32>, when: Bool): BV<64> =>
    ite(writeU32(tracer.buf, c.data, 0, value, when), negative(errno.EFAULT), bv(64, 0))
  return [
    { when: is(c.request, req.PEEKUSR), run: (tracer, target) => {
      let word: BV<32> = bv(32, 0)
      for (let i = 0; i < 18; i++) word = ite(is(addr, 4 * i), compatGetUserReg(target, i), word)
      return ite(inUser, put(tracer, word, inUser), negative(errno.EIO))
    } },
    { when: is(c.request, req.POKEUSR), run: (_tracer, target) => {
      let result: BV<64> = bv(64, 0)
      const before = copyTask(target)
      for (let i = 0; i < 18; i++) {
        const fresh = copyTask(before)
        const r = compatWriteUser(k, config, fresh, i, lower32(c.data))
        result = ite(is(addr, 4 * i), r, result)
        Object.assign(target, mergeTask(is(addr, 4 * i), fresh, target))
      }
      return ite(inUser, result, negative(errno.EIO))
    } },
    { when: is(c.request, req.GETREGS), run: (tracer, target) => {
      tracer.view = bv(8, views.aarch32)
      const reach = and(eq(c.data, tracer.buf.base), reaches(tracer.buf, 0, bv(32, COMPAT_GPR_BYTES)))
      compatGpr.get(target).forEach((word, i) => writeU32(tracer.buf, c.data, 4 * i, word, reach))
      return ite(reach, bv(64, 0), negative(errno.EFAULT))
    } },
    { when: is(c.request, req.SETREGS), run: (tracer, target) => {
      tracer.view = bv(8, views.aarch32)
      return compatGpr.set(k, config, target, payloadAt(tracer.buf, c.data, 0), bv(32, COMPAT_GPR_BYTES))
    } },
    { when: is(c.request, req.GET_THREAD_AREA), run: (tracer, target) => put(tracer, lower32(target.tp_value), True) },
    { when: is(c.request, req.SET_SYSCALL), run: (_tracer, target) => { target.syscallno = lower32(c.data); return bv(64, 0) } },
  ]
}
