/**
 * User memory as the kernel reaches it (asm/uaccess.h). A task shows one region per purpose (docs/events.md, Memory);
 * a structure of the kernel either starts where the region starts, or lies wholly outside it and faults.
 */
import { and, bv, bvadd, bvand, concat, eq, extract, False, isZero, ite, lower32, not, or, sext, ule, ult } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'

export interface Region { base: BV<64>, lo: BV<32>, hi: BV<32>, words: BV<32>[] }

/** TASK_SIZE_64 with 48-bit addresses: what access_ok is bounded by for every task (v5.11: USER_DS). */
export const TASK_SIZE_MAX = 1n << 48n

/** untagged_addr() (asm/memory.h): bits 63:56 go where bit 55 is 0. */
export const untagged = (addr: BV<64>): BV<64> => bvand(addr, sext<64>(64, extract<56>(55, 0, addr)))
/** The address that access_ok() (asm/uaccess.h) judges, and that user memory is reached at. */
export const userAddress = (t: { TIF_TAGGED_ADDR: Bool }, addr: BV<64>): BV<64> => ite(t.TIF_TAGGED_ADDR, untagged(addr), addr)

/** access_ok(addr, size) of an address without a tag. */
export const accessOk = (addr: BV<64>, size: number): Bool => ule(addr, bv(64, TASK_SIZE_MAX - BigInt(size)))

/** Can the kernel reach the bytes at `at` + `offset` .. + `size` when a structure starts at `at`? */
export function mapped(r: Region, at: BV<64>, offset: number, size: number): Bool {
  if (offset + size > 4 * r.words.length) return False
  return and(eq(at, r.base), ule(r.lo, bv(32, offset)), ule(bv(32, offset + size), r.hi))
}

/** The words there; 0 where they cannot be reached, as __get_user_error leaves it. */
export function readU32(r: Region, at: BV<64>, offset: number): { value: BV<32>, fault: Bool } {
  const ok = mapped(r, at, offset, 4)
  return { value: ite(ok, r.words[offset / 4]!, bv(32, 0)), fault: not(ok) }
}
export function readU64(r: Region, at: BV<64>, offset: number): { value: BV<64>, fault: Bool } {
  const ok = mapped(r, at, offset, 8)
  return { value: ite(ok, wordAt64(r, offset), bv(64, 0)), fault: not(ok) }
}
/** The 64 bits at an offset, little-endian, reached or not. */
export const wordAt64 = (r: Region, offset: number): BV<64> => concat<64>(r.words[offset / 4 + 1]!, r.words[offset / 4]!)

/** Writes where `when` holds and the bytes can be reached. Returns the fault. */
export function writeU32(r: Region, at: BV<64>, offset: number, value: BV<32>, when: Bool): Bool {
  const ok = mapped(r, at, offset, 4)
  r.words[offset / 4] = ite(and(ok, when), value, r.words[offset / 4]!)
  return not(ok)
}
export function writeU64(r: Region, at: BV<64>, offset: number, value: BV<64>, when: Bool): Bool {
  const ok = mapped(r, at, offset, 8)
  const w = and(ok, when)
  r.words[offset / 4] = ite(w, lower32(value), r.words[offset / 4]!)
  r.words[offset / 4 + 1] = ite(w, upper32(value), r.words[offset / 4 + 1]!)
  return not(ok)
}
export const upper32 = (v: BV<64>): BV<32> => extract<32>(63, 32, v)

/** A structure of `size` bytes at `at` starts at the region's base, or does not touch what the region maps: the two cases that are modelled. */
export function wholeOrOutside(r: Region, at: BV<64>, size: number): Bool {
  const end = bvadd(at, bv(64, size))
  const regionEnd = bvadd(r.base, bv(64, 4 * r.words.length))
  return or(eq(at, r.base), and(ule(at, bv(64, TASK_SIZE_MAX - BigInt(size))), or(ule(end, r.base), ule(regionEnd, at))), ult(bv(64, TASK_SIZE_MAX - BigInt(size)), at), ule(r.hi, r.lo))
}

/** None of `size` bytes at `at` lies in the region. For transfers whose length is not fixed: no access_ok of the whole is assumed. */
export function apart(r: Region, at: BV<64>, size: number): Bool {
  return or(ule(bvadd(at, bv(64, size)), r.base), ule(bvadd(r.base, bv(64, 4 * r.words.length)), at), ule(r.hi, r.lo))
}

/** How a region can be mapped: whole 4 KiB pages, cut to the region's ends; a region lies below TASK_SIZE_MAX. */
export function wellMapped(r: Region): Bool {
  const size = bv(32, 4 * r.words.length)
  const pageAligned = (offset: BV<32>): Bool => isZero(extract<12>(11, 0, bvadd(lower32(r.base), offset)))
  return and(
    ule(r.base, bv(64, TASK_SIZE_MAX - BigInt(4 * r.words.length))), isZero(extract<2>(1, 0, r.base)),
    ule(r.lo, r.hi), ule(r.hi, size),
    or(eq(r.lo, bv(32, 0)), pageAligned(r.lo)), or(eq(r.hi, size), eq(r.hi, bv(32, 0)), pageAligned(r.hi)),
  )
}
