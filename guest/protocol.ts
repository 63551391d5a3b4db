/** Scripts for the guest program, as words and back. The other side is guest/program/protocol.h. */

const MAGIC = 0x3654414d4f435241n
const PID_BASE = 0xfffffffffffe0000n
const CHILD_BASE = 0xfffffffffffd0000n
export const scratch = 0x58000000n

/** Stands for the pid of the task in that slot, in arguments of `syscall`. */
export const pidOf = (slot: number): bigint => PID_BASE + BigInt(slot)

/** Stands for the pid that the last ptrace event of the task in that slot told: its new child. */
export const childOf = (slot: number): bigint => CHILD_BASE + BigInt(slot)

export const PTRACE = { CONT: 7, SINGLESTEP: 9, ATTACH: 16, DETACH: 17, SYSCALL: 24, GETSIGINFO: 0x4202, GETREGSET: 0x4204, SETREGSET: 0x4205, SETOPTIONS: 0x4200, GETEVENTMSG: 0x4201, GETSIGMASK: 0x420a, SETSIGMASK: 0x420b, GET_SYSCALL_INFO: 0x420e } as const
export const NT = { PRSTATUS: 1, PRFPREG: 2, ARM_TLS: 0x401, ARM_SYSTEM_CALL: 0x404 } as const

export interface Stop { readonly status: bigint, readonly signo: number, readonly code: number, readonly addr: bigint }
/** Signal a task stopped with; 0 when it did not stop. */
export const stopSignal = (s: Stop): number => (s.status & 0xffn) === 0x7fn ? Number(s.status >> 8n & 0xffn) : 0

const u64 = (v: bigint | number): bigint => BigInt.asUintN(64, BigInt(v))

export function bytesToWords(bytes: Uint8Array): bigint[] {
  const padded = Buffer.alloc(Math.ceil(bytes.length / 8) * 8)
  padded.set(bytes)
  return Array.from({ length: padded.length / 8 }, (_, i) => padded.readBigUInt64LE(i * 8))
}

export function wordsToBytes(words: readonly bigint[], length: number = words.length * 8): Buffer {
  const out = Buffer.alloc(words.length * 8)
  words.forEach((w, i) => out.writeBigUInt64LE(w, i * 8))
  return out.subarray(0, length)
}

/** One script: commands are added in order; `results` cuts the record into what each command gave. */
export class Script {
  readonly words: bigint[] = []
  private readonly sizes: number[] = []

  private add(command: number, slot: number, args: readonly (bigint | number)[], result: number): this {
    this.words.push(BigInt(command | slot << 8), ...args.map(u64))
    this.sizes.push(result)
    return this
  }

  /** A fresh task right after exec of a 64- or 32-bit image (`tls`: the one of guest/program/tls.S); result: its pid. */
  spawn(slot: number, bits: 64 | 32, image: 'child' | 'tls' = 'child'): this { return this.add(1, slot, [bits | (image === 'tls' ? 0x100 : 0)], 1) }
  /** result: 0 or -errno, iov_len */
  setRegset(slot: number, type: number, bytes: Uint8Array, length: number = bytes.length): this {
    return this.add(2, slot, [type, length, ...bytesToWords(bytes.subarray(0, length))], 2)
  }

  /** result: 0 or -errno, iov_len, `length` bytes as words */
  getRegset(slot: number, type: number, length: number): this { return this.add(3, slot, [type, length], 2 + Math.ceil(length / 8)) }
  /** result: bytes written or -errno */
  poke(slot: number, address: bigint, bytes: Uint8Array): this { return this.add(4, slot, [address, bytes.length, ...bytesToWords(bytes)], 1) }
  /** result: bytes read or -errno, the bytes as words */
  peek(slot: number, address: bigint, length: number): this { return this.add(5, slot, [address, length], 1 + Math.ceil(length / 8)) }
  /** result: 0 or -errno */
  cont(slot: number, request: number = PTRACE.CONT, signo = 0): this { return this.add(6, slot, [request, signo], 1) }
  /** result: see `stopOf` */
  wait(slot: number): this { return this.add(7, slot, [], 4) }
  /** A system call made by a stopped task, its registers kept; result: what it returned. */
  remote(slot: number, number: number, args: readonly (bigint | number)[]): this {
    return this.add(8, slot, [number, ...Array.from({ length: 6 }, (_, i) => args[i] ?? 0)], 1)
  }

  /** A system call of the guest program itself; result: x0. */
  syscall(call: { imm?: number, x7?: bigint | number, x8?: bigint | number }, args: readonly (bigint | number)[]): this {
    return this.add(9, 0, [call.imm ?? 0, call.x7 ?? 0, call.x8 ?? 0, ...Array.from({ length: 6 }, (_, i) => args[i] ?? 0)], 1)
  }

  write(address: bigint, bytes: Uint8Array): this { return this.add(10, 0, [address, bytes.length, ...bytesToWords(bytes)], 0) }
  read(address: bigint, length: number): this { return this.add(11, 0, [address, length], Math.ceil(length / 8)) }
  kill(slot: number): this { return this.add(12, slot, [], 0) }
  /** Takes over an auto-attached task; result: its wait status. */
  adopt(slot: number, pid: bigint, bits: 64 | 32): this { return this.add(13, slot, [pid, bits], 1) }
  /** A plain ptrace request; `data` all ones: a buffer of 96 bytes. Result: returned value, the buffer. */
  request(slot: number, request: number, addr: bigint | number, data: bigint | number = -1): this { return this.add(14, slot, [request, addr, data], 13) }

  /** The beginning of the core that a task has left, which is gone then. Result: how many bytes it has here (0: there is none), then `room` bytes. */
  core(room: number): this { return this.add(16, 0, [room], 1 + room / 8) }

  /** One list of words for each command, in order. */
  results(record: readonly bigint[]): bigint[][] {
    let at = 0
    return this.sizes.map((n) => record.slice(at, at += n))
  }
}

export function stopOf(words: readonly bigint[]): Stop {
  const [status = 0n, signo = 0n, code = 0n, addr = 0n] = words
  return { status, signo: Number(signo), code: Number(BigInt.asIntN(32, code)), addr }
}

/** The request for scripts run by the AArch64 program (64) or by its AArch32 twin (32). */
export function encodeRequest(scripts: readonly Script[], where: 64 | 32): Buffer {
  const total = scripts.reduce((n, s) => n + 1 + s.words.length, 0)
  const out = Buffer.alloc(32 + total * 8)
  out.writeBigUInt64LE(MAGIC, 0)
  out.writeBigUInt64LE(BigInt(where), 8)
  out.writeBigUInt64LE(BigInt(scripts.length), 16)
  out.writeBigUInt64LE(BigInt(total * 8), 24)
  let at = 32
  for (const s of scripts) {
    at = out.writeBigUInt64LE(BigInt(s.words.length), at)
    for (const w of s.words) at = out.writeBigUInt64LE(w, at)
  }
  return out
}

/** Bytes of a whole answer, as far as its head says; undefined while the head is not complete. */
export function answerLength(data: Buffer): number | undefined {
  return data.length < 32 ? undefined : 32 + Number(data.readBigUInt64LE(24))
}

/** One record a script. */
export function decodeAnswer(data: Buffer): bigint[][] {
  if (data.readBigUInt64LE(0) !== MAGIC) throw new Error('the guest answered something that is not an answer')
  const records: bigint[][] = []
  for (let at = 32; at < data.length;) {
    const n = Number(data.readBigUInt64LE(at))
    at += 8
    records.push(Array.from({ length: n }, (_, i) => data.readBigUInt64LE(at + i * 8)))
    at += n * 8
  }
  return records
}
