/** prctl(PR_SET_TAGGED_ADDR_CTRL): sys_prctl (kernel/sys.c), set_tagged_addr_ctrl (arch/arm64/kernel/process.c), set_mte_ctrl (mte.c). */
import type { Config, Task } from '../trace/state.js'
import { EINVAL, errno } from './bits.js'
import type { Kernel } from './kernel.js'

export const PR_SET_TAGGED_ADDR_CTRL = 55
const PR_TAGGED_ADDR_ENABLE = 1n, PR_MTE_TCF_MASK = 3n << 1n, PR_MTE_TAG_MASK = 0xffffn << 3n

export function setTaggedAddrCtrl(k: Kernel, config: Config, t: Task): bigint {
  const [, arg, ...rest] = t.regs as [bigint, bigint, bigint, bigint, bigint]
  if (rest.slice(0, 3).some((r) => r !== 0n)) return errno(EINVAL)
  if (k.sites.setTaggedAddrCtrl(t)) return errno(EINVAL)
  const mte = k.knowsMte && config.mte
  const valid = PR_TAGGED_ADDR_ENABLE | (mte ? PR_MTE_TCF_MASK | PR_MTE_TAG_MASK : 0n)
  if ((arg & ~valid) !== 0n) return errno(EINVAL)
  if (mte && k.oneTagCheckMode && (arg & PR_MTE_TCF_MASK) === PR_MTE_TCF_MASK) return errno(EINVAL)
  t.TIF_TAGGED_ADDR = (arg & PR_TAGGED_ADDR_ENABLE) !== 0n
  return 0n
}
