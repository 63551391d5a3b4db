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
/** vm.mmap_min_addr of an arm64 distribution kernel (CONFIG_LSM_MMAP_MIN_ADDR): no address below it is chosen. */
const MMAP_MIN_ADDR = 0x8000n

const MAP_TYPE = 0xfn, MAP_SHARED = 1n, MAP_PRIVATE = 2n, MAP_SHARED_VALIDATE = 3n, MAP_DROPPABLE = 8n, MAP_ANONYMOUS = 0x20n

/** do_mmap(): the two switches over MAP_TYPE, of files and of anonymous memory. */
function typed(k: Kernel, flags: bigint): boolean {
  switch (flags & MAP_TYPE) {
    case MAP_SHARED:
    case MAP_PRIVATE: return true
    case MAP_SHARED_VALIDATE: return (flags & MAP_ANONYMOUS) === 0n
    case MAP_DROPPABLE: return k.mapDroppable && (flags & MAP_ANONYMOUS) !== 0n
    default: return false
  }
}

/** `addr`, `len`, `flags`: arguments 0, 1 and 3. Refuses a result that the kernel cannot return. */
export function mmap(k: Kernel, t: Task, addr: bigint, result: bigint): bigint {
  const asError = BigInt.asIntN(64, result)
  if (asError < 0n && asError >= -MOST_ERRNO) return result
  const len = t.regs[1]!, flags = t.regs[3]!
  need(result % PAGE === 0n && len !== 0n, 'mmap gives whole pages, and none for length 0')
  need(typed(k, flags), 'no type of mapping is asked for')
  const end = result + len
  const fixed = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0n
  const taskSize = k.sites.taskSize(t) ? TASK_SIZE_32 : TASK_SIZE_64
  const limit = k.sites.mmapEnd(t) ? TASK_SIZE_32 : taskSize
  // *get_unmapped_area() asks for the length before it looks at MAP_FIXED
  need(len <= limit - MMAP_MIN_ADDR, 'longer than the area that is searched')
  if (fixed) {
    need(result === (k.mmapUntags ? untagged(addr) : addr), 'MAP_FIXED is at the address that was asked for')
    need(end <= taskSize, 'beyond TASK_SIZE')
    need(!(k.ownAllocator && k.sites.mmapEnd(t)) || end <= TASK_SIZE_32, 'beyond the limit of the 32-bit allocator')
  } else {
    need(result >= MMAP_MIN_ADDR, 'below mmap_min_addr')
    need(end <= limit, 'beyond the limit')
  }
  return result
}
