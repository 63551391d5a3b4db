/** User memory as the kernel reaches it: byte-addressed, little-endian, only what the region maps. */
import type { Task } from '../trace/state.js'

type Region = Task['frame'] | Task['buf']

/** TASK_SIZE_MAX with VA_BITS = 48 (asm/processor.h): the bound for every task, TIF_32BIT or not. */
const TASK_SIZE_MAX = 1n << 48n

/** untagged_addr() (asm/memory.h): the top byte goes where bit 55 is 0. */
export const untagged = (addr: bigint): bigint => addr & BigInt.asUintN(64, BigInt.asIntN(56, addr))

/** access_ok(): addr + size <= TASK_SIZE_MAX, in 65 bits (asm/uaccess.h, __range_ok). `tagged`: TIF_TAGGED_ADDR of current. */
export const accessOk = (addr: bigint, size: bigint, tagged: boolean): boolean => (tagged ? untagged(addr) : addr) + size <= TASK_SIZE_MAX

export class UserMemory {
  /** `tagged`: TIF_TAGGED_ADDR of current; the CPU ignores the top byte of what access_ok lets through. */
  constructor(private readonly region: Region, readonly tagged: boolean) {}

  /** Offset of a mapped access of `size` bytes, or -1. */
  private at(given: bigint, size: number): number {
    const { base, lo, hi, words } = this.region
    const addr = this.tagged ? untagged(given) : given
    if (addr < base) return -1
    const offset = addr - base
    if (offset < lo || offset + BigInt(size) > hi || offset + BigInt(size) > BigInt(4 * words.length)) return -1
    return Number(offset)
  }

  private byte(offset: number): number {
    return (Number(this.region.words[offset >> 2]!) >>> (8 * (offset & 3))) & 0xff
  }

  private setByte(offset: number, value: number): void {
    const shift = 8 * (offset & 3)
    const word = Number(this.region.words[offset >> 2]!)
    this.region.words[offset >> 2] = BigInt(((word & ~(0xff << shift)) | (value << shift)) >>> 0)
  }

  private write(offset: number, size: number, value: bigint): void {
    if (size === 4 && (offset & 3) === 0) {
      this.region.words[offset >> 2] = BigInt.asUintN(32, value)
      return
    }
    for (let i = 0; i < size; i++) this.setByte(offset + i, Number((value >> BigInt(8 * i)) & 0xffn))
  }

  /** One load of 4 or 8 bytes (__raw_get_user); null on a fault. */
  load(addr: bigint, size: 4 | 8): bigint | null {
    const offset = this.at(addr, size)
    if (offset < 0 || !accessOk(addr, BigInt(size), this.tagged)) return null
    let value = 0n
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.byte(offset + i))
    return value
  }

  /** One store of 4 or 8 bytes (__raw_put_user); false on a fault. */
  store(addr: bigint, size: 4 | 8, value: bigint): boolean {
    const offset = this.at(addr, size)
    if (offset < 0 || !accessOk(addr, BigInt(size), this.tagged)) return false
    this.write(offset, size, value)
    return true
  }

  /** copy_from_user: all bytes, or null. */
  copyIn(addr: bigint, length: number): Uint8Array | null {
    const bytes = new Uint8Array(length)
    if (!accessOk(addr, BigInt(length), this.tagged)) return null
    for (let i = 0; i < length; i++) {
      const offset = this.at(addr + BigInt(i), 1)
      if (offset < 0) return null
      bytes[i] = this.byte(offset)
    }
    return bytes
  }

  /** copy_to_user: upwards, to the first byte that faults; false if there was one. */
  copyOut(addr: bigint, bytes: Uint8Array): boolean {
    if (!accessOk(addr, BigInt(bytes.length), this.tagged)) return false
    for (let i = 0; i < bytes.length; i++) {
      const offset = this.at(addr + BigInt(i), 1)
      if (offset < 0) return false
      this.setByte(offset, bytes[i]!)
    }
    return true
  }
}

/** The kernel's __get_user_error / __put_user_error idiom: every access is tried, `err` remembers a fault, a faulting load yields 0. */
export class Uaccess {
  err = false
  constructor(readonly memory: UserMemory) {}

  get(addr: bigint, size: 4 | 8): bigint {
    const value = this.memory.load(addr, size)
    if (value === null) this.err = true
    return value ?? 0n
  }

  put(addr: bigint, size: 4 | 8, value: bigint): void {
    if (!this.memory.store(addr, size, value)) this.err = true
  }

  copyOut(addr: bigint, bytes: Uint8Array): void {
    if (!this.memory.copyOut(addr, bytes)) this.err = true
  }
}

/** `size` little-endian bytes of a value. */
export function bytesOf(value: bigint, size: number): Uint8Array {
  const out = new Uint8Array(size)
  for (let i = 0; i < size; i++) out[i] = Number((value >> BigInt(8 * i)) & 0xffn)
  return out
}

export function valueOf(bytes: Uint8Array, from = 0, size = bytes.length): bigint {
  let value = 0n
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[from + i]!)
  return value
}
