/** prctl(PR_SET_TAGGED_ADDR_CTRL): kernel/sys.c, arch/arm64/kernel/process.c set_tagged_addr_ctrl(), mte.c set_mte_ctrl() as far as it refuses. */
import { and, bit, bool, bv, bvand, is, isZero, ite, iteBool, lower32, not, or } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { asks, type Kernel, type SymConfig, type SymTask } from '../tasks/kernel.js'
import { firstArgument } from '../tasks/fork.js'
import { negative } from './dispatch.js'
import { errno, prctlOption } from './numbers.table.js'

/** PR_MTE_TCF_MASK and PR_MTE_TAG_MASK */
const MTE_MASK = 0x7fffen

/** `option` is an int. */
export const asksForTaggedAddr = (k: Kernel, t: SymTask): Bool => is(lower32(firstArgument(k, t)), prctlOption.PR_SET_TAGGED_ADDR_CTRL)

/** Changes the task; the result. */
export function setTaggedAddrCtrl(k: Kernel, config: SymConfig, t: SymTask): BV<64> {
  const arg = t.regs[1]!
  const mte = k.hasMte ? config.mte : bool(false)
  const unknown = (mask: bigint): Bool => not(isZero(bvand(arg, bv(64, ((1n << 64n) - 1n) & ~mask))))
  // both of PR_MTE_TCF_SYNC and PR_MTE_TCF_ASYNC
  const bothModes = and(bool(k.refusesBothTcfModes), mte, bit(1, arg), bit(2, arg))
  const rest = not(and(...[2, 3, 4].map((i) => isZero(t.regs[i]!))))
  const refused = or(rest, asks(k, 'set_tagged_addr_ctrl', t), iteBool(mte, unknown(1n | MTE_MASK), unknown(1n)), bothModes)
  t.TIF_TAGGED_ADDR = iteBool(refused, t.TIF_TAGGED_ADDR, bit(0, arg))
  return ite(refused, negative(errno.EINVAL), bv(64, 0))
}
