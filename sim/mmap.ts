/**
 * mmap: which addresses the kernel can give. do_mmap, get_unmapped_area, arch_get_unmapped_area (mm/mmap.c), TASK_SIZE and arch_get_mmap_end
 * (asm/processor.h); RFC v2's and Tango's own allocators; 4 KiB pages, 48-bit addresses.
 */
import type { Task } from '../trace/state.js'
import type { Kernel } from './kernel.js'
import { untagged } from './memory.js'
import { need } from './not-enabled.js'

const PAGE = 4096n, TASK_SIZE_64 = 1n << 48n, TASK_SIZE_32 = (1n << 32n) - PAGE
const MAP_FIXED = 0x10n, MAP_FIXED_NOREPLACE = 0x100000n, MOST_ERRNO = 133n

/** `addr`, `len`, `flags`: arguments 0, 1 and 3. Refuses a result that the kernel cannot return. */
export function mmap(k: Kernel, t: Task, addr: bigint, result: bigint): bigint {
  const asError = BigInt.asIntN(64, result)
  if (asError < 0n && asError >= -MOST_ERRNO) return result
  const len = t.regs[1]!, flags = t.regs[3]!
  need(result % PAGE === 0n && len !== 0n, 'mmap gives whole pages, and none for length 0')
  const end = result + len
  const fixed = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0n
  const taskSize = k.sites.taskSize(t) ? TASK_SIZE_32 : TASK_SIZE_64
  if (fixed) {
    need(result === (k.mmapUntags ? untagged(addr) : addr), 'MAP_FIXED is at the address that was asked for')
    need(end <= taskSize, 'beyond TASK_SIZE')
    need(!(k.ownAllocator && k.sites.mmapEnd(t)) || end <= TASK_SIZE_32, 'beyond the limit of the 32-bit allocator')
  } else {
    need(result >= PAGE, 'below mmap_min_addr')
    need(end <= (k.sites.mmapEnd(t) ? TASK_SIZE_32 : taskSize), 'beyond the limit')
  }
  return result
}
