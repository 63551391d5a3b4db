/**
 * Where mmap may put a mapping. mm/mmap.c get_unmapped_area(), arch_get_unmapped_area(); asm/processor.h; RFC v2 and Tango:
 * arch/arm64/mm/mmap.c; v4: patch 5. 4 KiB pages, VA_BITS 48.
 */
import { and, bv, bvand, bvsub, eq, extract, False, ite, iteBool, isZero, not, or, ule } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { asks, type Kernel, type SymTask } from '../tasks/kernel.js'
import { firstArgument } from '../tasks/fork.js'
import { untagged } from '../tasks/uaccess.js'
import { inCompatTable } from './dispatch.js'
import { mapFlags } from './numbers.table.js'

const PAGE_SIZE = 1n << 12n
/** vm.mmap_min_addr of an arm64 distribution kernel (CONFIG_LSM_MMAP_MIN_ADDR 32768). */
const MMAP_MIN_ADDR = 0x8000n
/** asm/processor.h: the last page is not a task's (but for 64 KiB pages with kuser helpers). */
export const TASK_SIZE_32 = (1n << 32n) - PAGE_SIZE
export const TASK_SIZE_64 = 1n << 48n
/** The largest errno of uapi (EHWPOISON). */
const LAST_ERRNO = 133n

/** Can the call of `t` return `result`: an error, or the address of a mapping of its length? */
export function mmapCanReturn(k: Kernel, t: SymTask, result: BV<64>): Bool {
  const [, len, , flags] = t.regs as [BV<64>, BV<64>, BV<64>, BV<64>]
  // mmap2 is a handler of the compat kind
  const addr = ite(inCompatTable(t), t.regs[0]!, firstArgument(k, t))
  const error = ule(bv(64, (1n << 64n) - LAST_ERRNO), result)
  const fixed = not(isZero(bvand(flags, bv(64, mapFlags.MAP_FIXED | mapFlags.MAP_FIXED_NOREPLACE))))
  const ends = (limit: bigint): Bool => and(ule(result, bv(64, limit)), ule(len, bvsub(bv(64, limit), result)))
  const within = (compat: Bool): Bool => iteBool(compat, ends(TASK_SIZE_32), ends(TASK_SIZE_64))
  const size32 = asks(k, 'TASK_SIZE', t)
  const type = (n: number): Bool => eq(bvand(flags, bv(64, mapFlags.MAP_TYPE)), bv(64, n))
  const anonymous = not(isZero(bvand(flags, bv(64, mapFlags.MAP_ANONYMOUS))))
  const typed = or(type(mapFlags.MAP_SHARED), type(mapFlags.MAP_PRIVATE), and(not(anonymous), type(mapFlags.MAP_SHARED_VALIDATE)), k.mapDroppable ? and(anonymous, type(mapFlags.MAP_DROPPABLE)) : False)
  const either = or(size32, asks(k, 'arch_get_mmap_end', t))
  const placed = and(eq(result, k.mmapUntagsAddress ? untagged(addr) : addr), within(k.mapFixedWithinEnd ? either : size32))
  // *get_unmapped_area() asks for the length before it looks at MAP_FIXED
  const fits = iteBool(either, ule(len, bv(64, TASK_SIZE_32 - MMAP_MIN_ADDR)), ule(len, bv(64, TASK_SIZE_64 - MMAP_MIN_ADDR)))
  const chosen = and(ule(bv(64, MMAP_MIN_ADDR), result), within(either))
  return or(error, and(isZero(extract<12>(11, 0, result)), not(isZero(len)), typed, fits, iteBool(fixed, placed, chosen)))
}
