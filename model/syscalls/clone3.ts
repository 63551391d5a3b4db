/**
 * The arguments of clone3: struct clone_args in user memory. kernel/fork.c copy_clone_args_from_user(), clone3_args_valid(), clone3_stack_valid()
 * (v5.11, v6.1, v6.12, v7.3). A native handler in both tables.
 */
import { and, bv, bvadd, bvand, eq, extract, implies, iteBool, is, isZero, ite, lower32, not, or, ule, ult } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import type { Kernel, SymTask } from '../tasks/kernel.js'
import { firstArgument, type CloneArguments } from '../tasks/fork.js'
import { apart, TASK_SIZE_MAX, userAddress, wordAt64 } from '../tasks/uaccess.js'
import { callNumber, inCompatTable, negative } from './dispatch.js'
import * as numbers from './numbers.table.js'

const f = numbers.cloneArgs, flag = numbers.cloneFlags, high = numbers.clone3Flags
/** Sizes beyond a page are refused. */
const PAGE_SIZE = 4096
const LAST_SIGNAL = 64

/** The present call is clone3. */
export const isClone3 = (k: Kernel, t: SymTask): Bool => iteBool(inCompatTable(t), is(callNumber(k, t), numbers.compat.clone3), is(callNumber(k, t), numbers.native.clone3))

export interface Clone3Call {
  /** what is modelled: the structure at the start of `buf` or apart from it, in one of its published sizes; no set_tid, no cgroup, no stack of a 32-bit task beyond 4 GiB */
  readonly modelled: Bool
  /** -errno of what user space gave, or 0 */
  readonly error: BV<64>
  readonly args: CloneArguments
}

export function clone3Call(k: Kernel, t: SymTask): Clone3Call {
  const { buf } = t, uargs = userAddress(t, firstArgument(k, t)), size = t.regs[1]!
  const word = (offset: number): BV<64> => wordAt64(buf, offset)
  const tooBig = ult(bv(64, PAGE_SIZE), size), tooSmall = ult(size, bv(64, f.size0))
  const [size0, size1, size2] = [f.size0, f.size1, f.size2].map((n) => is(size, n)) as [Bool, Bool, Bool]
  const published = k.clone3.size === f.size0 ? size0 : or(size0, size1, size2)
  const here = eq(uargs, buf.base)
  const fault = not(and(here, isZero(buf.lo), ule(lower32(size), buf.hi)))
  const flags = word(f.flags), exitSignal = word(f.exit_signal), stack = word(f.stack), stackSize = word(f.stack_size)
  const has = (bits: bigint): Bool => not(isZero(bvand(flags, bv(64, bits))))
  const tids = and(not(size0), not(and(isZero(word(f.set_tid)), isZero(word(f.set_tid_size)))))
  const cgroup = and(size2, has(high.CLONE_INTO_CGROUP & k.clone3.known))
  const both = BigInt(flag.CLONE_SIGHAND) | high.CLONE_CLEAR_SIGHAND
  const badStack = iteBool(isZero(stack), not(isZero(stackSize)), or(isZero(stackSize), not(accessOkLength(userAddress(t, stack), stackSize))))
  const invalid = or(
    ult(bv(64, LAST_SIGNAL), exitSignal), has(((1n << 64n) - 1n) & ~k.clone3.known), has(k.clone3.reserved), has(high.CLONE_INTO_CGROUP),
    eq(bvand(flags, bv(64, both)), bv(64, both)), and(has(BigInt(flag.CLONE_THREAD | flag.CLONE_PARENT)), not(isZero(exitSignal))), badStack)
  const { E2BIG, EINVAL, EFAULT } = numbers.errno
  const newsp = bvadd(stack, stackSize)
  // copy_thread gives a 32-bit child all 64 bits of it, which no other way into its registers has
  const narrow = implies(t.TIF_32BIT, isZero(extract<32>(63, 32, newsp)))
  return {
    modelled: or(tooBig, tooSmall, and(published, or(here, apart(buf, uargs, f.size2)), or(fault, and(not(tids), not(cgroup), narrow)))),
    error: ite(tooBig, negative(E2BIG), ite(tooSmall, negative(EINVAL), ite(fault, negative(EFAULT), ite(invalid, negative(EINVAL), bv(64, 0))))),
    args: { flags, newsp, tls: word(f.tls) },
  }
}

/** access_ok(addr, length): addr + length <= TASK_SIZE_MAX without overflow. */
const accessOkLength = (addr: BV<64>, length: BV<64>): Bool =>
  and(ule(addr, bv(64, TASK_SIZE_MAX)), ule(length, bv(64, TASK_SIZE_MAX)), ule(bvadd(addr, length), bv(64, TASK_SIZE_MAX)))
