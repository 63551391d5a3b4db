/** mmap and mmap2, and what they returned. */
import { and, bv, bvadd, bvand, isZero, ule, ult, type Bool, type BV, type SymEvent, type SymTask } from '../observe.js'
import { mapFlags } from '../../model/syscalls/numbers.table.js'

/** The address that the kernel chose: the event's; the program finds it in x0, cut to 32 bits where the kernel takes the call for a compat one. */
export const chosen = (e: SymEvent): BV<64> => e.kind === 'handler' && e.call === 'mmap' ? e.result as BV<64> : bv(64, 0)
/** An address, no error. */
export const mapped = (e: SymEvent): Bool => ult(chosen(e), bv(64, 1n << 48n))
/** MAP_FIXED or MAP_FIXED_NOREPLACE: the program says where. */
export const free = (call: SymTask): Bool => isZero(bvand(call.regs[3]!, bv(64, mapFlags.MAP_FIXED | mapFlags.MAP_FIXED_NOREPLACE)))
/** The whole mapping lies below 4 GB. */
export const below4g = (call: SymTask, e: SymEvent): Bool => and(ule(chosen(e), bv(64, 1n << 32n)), ule(call.regs[1]!, bv(64, 1n << 32n)), ule(bvadd(chosen(e), call.regs[1]!), bv(64, 1n << 32n)))
