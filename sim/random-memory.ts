/** Random user memory: frames that nearly or fully work, ptrace buffers, mappings that end at a page boundary. */
import type { Task } from '../trace/state.js'
import type { Choices } from './choices.js'

export type Writes = Record<string, bigint>

const coin = (c: Choices): boolean => c.next(2) === 1
const word = (c: Choices): bigint => BigInt(c.next(65536)) << 16n | BigInt(c.next(65536))

/** Base and mapping of a region: all of it, none, or cut at a page boundary inside it. Returns its base. */
export function setRegion(c: Choices, set: Writes, which: 'frame' | 'buf', wide: boolean, words: number): bigint {
  const page = 0x1000n * BigInt(1 + c.next(wide ? 0x7ffff : 0xffffe))
  const bytes = 4 * words
  // a mapping that ends in the middle of what is transferred: of an iovec and its first words, often
  const cut = which === 'buf' && coin(c) ? [4, 8, 12, 16, 16, 20, 24, 88][c.next(8)]! : 16 * c.next(bytes / 16)
  const how = c.next(6)
  const base = how < 3 ? page : page + 0x1000n - BigInt(cut)
  set[`${which}.base`] = base
  set[`${which}.lo`] = how === 4 ? BigInt(cut) : 0n
  set[`${which}.hi`] = how === 2 ? 0n : how === 3 ? BigInt(cut) : BigInt(bytes)
  return base
}

function pstateWord(c: Choices, fitting: bigint): bigint {
  const flags = word(c) & 0xfbff_fc20n
  switch (c.next(4)) {
    case 0: return fitting | (flags & 0xf0000000n)
    case 1: return fitting | flags
    case 2: return fitting | (1n << BigInt(c.next(32)))
    default: return word(c)
  }
}

/** An AArch32 frame at r13 (fake callers included), rt or not, with one thing wrong now and then. */
export function fillFrame32(c: Choices, t: Task, set: Writes, a64: boolean): void {
  const base = setRegion(c, set, 'frame', false, 288)
  const rt = coin(c)
  set['regs[13]'] = c.next(8) === 7 ? base + BigInt(c.next(16)) : base
  if (a64) set['regs[13]'] = tagged(c, t, set['regs[13]'])
  set['regs[7]'] = rt ? 173n : 119n
  if (a64) set['regs[8]'] = coin(c) ? 0x80000000n : 0x80000000n | set['regs[7]']
  const sf = rt ? 32 : 0
  const put = (offset: number, v: bigint): void => { set[`frame.words[${sf + offset / 4}]`] = v }
  put(104, coin(c) ? 0n : word(c))
  put(108, coin(c) ? 0n : word(c))
  for (let i = 0; i < 15; i++) put(32 + 4 * i, coin(c) ? 0n : word(c))
  put(92, word(c) & ~(coin(c) ? 1n : 3n))
  put(96, pstateWord(c, t.TIF_32BIT ? 0x10n : 0n))
  put(232, c.next(8) === 7 ? word(c) : 0x56465001n)
  put(236, c.next(8) === 7 ? word(c) : 288n)
  for (let i = 0; i < 6; i++) put(240 + 4 * c.next(64), word(c))
  put(496, word(c))
}

/** Now and then with a tag, more often where tags are allowed. */
const tagged = (c: Choices, t: Task | undefined, a: bigint): bigint => t !== undefined && c.next(t.TIF_TAGGED_ADDR ? 2 : 16) === 1 ? a | BigInt(c.next(256)) << 56n : a

/** An AArch64 frame at sp. */
export function fillFrame64(c: Choices, t: Task, set: Writes): void {
  const base = setRegion(c, set, 'frame', true, 288)
  set['sp'] = tagged(c, t, c.next(8) === 7 ? base + BigInt(c.next(32)) : base)
  set['regs[8]'] = 139n
  const put = (offset: number, v: bigint): void => { set[`frame.words[${offset / 4}]`] = v }
  put(168, coin(c) ? 0n : word(c))
  put(172, coin(c) ? 0n : word(c))
  for (let i = 0; i < 8; i++) put(312 + 4 * c.next(64), word(c))
  put(568, word(c) & ~(c.next(8) === 7 ? 0n : 3n))
  put(576, pstateWord(c, t.TIF_32BIT ? 0x10n : 0n))
  put(580, coin(c) ? 0n : word(c))
  // a list of records that is wrong in one of the ways of parse_user_sigframe(): FPSIMD twice, an unknown one, a size too small, none
  if (c.next(6) === 5) {
    const records = [0x46508001n, 544n, 0x46508001n, 528n, 0x45535201n, 16n, 0x45535201n, 8n, 0x45535201n, 4n, 0n, 16n, 0x53564501n, 16n, 0x45585401n, 16n, 0x12345678n, 16n]
    let at = 592
    for (let i = 0; i < 3 && at < 1144; i++) {
      const [magic, size] = i === 0 && coin(c) ? [0x46508001n, 528n] : records.slice(2 * c.next(9)).slice(0, 2) as [bigint, bigint]
      put(at, magic)
      put(at + 4, size)
      at += Number(size)
      if (at % 4 !== 0) break
    }
    return
  }
  const esrFirst = c.next(6) === 5
  const record = esrFirst ? 608 : 592
  if (esrFirst) {
    put(592, 0x45535201n)
    put(596, 16n)
  }
  put(record, c.next(8) === 7 ? word(c) : 0x46508001n)
  put(record + 4, c.next(8) === 7 ? BigInt(16 * c.next(40)) : 528n)
  put(record + 8, word(c))
  put(record + 12, word(c))
  for (let i = 0; i < 6; i++) put(record + 16 + 4 * c.next(128), word(c))
  if (record + 528 < 1152) {
    put(record + 528, c.next(8) === 7 ? word(c) : 0n)
    put(record + 532, 0n)
  }
}

/** An iovec and a register image for ptrace. */
export function setBuffer(c: Choices, set: Writes, a64: boolean, t?: Task): void {
  const base = setRegion(c, set, 'buf', a64, 80)
  set['regs[7]'] = 26n
  if (a64) set['regs[8]'] = [117n, 0x80000000n, 0x80000000n | 26n][c.next(3)]!
  const compat = !a64 || set['regs[8]'] !== 117n
  const request = c.next(16) === 15 ? BigInt(c.next(40)) : (compat ? [0x4204n, 0x4205n, 3n, 6n, 12n, 13n, 22n, 23n] : [0x4204n, 0x4205n, 0x4205n, 0x4204n, 0x4205n, 0x4205n, 0x4204n, 12n])[c.next(8)]!
  set['regs[0]'] = request
  set['regs[1]'] = 2n
  set['regs[2]'] = request < 0x100n ? BigInt(4 * c.next(76) + (c.next(12) === 11 ? c.next(4) : 0)) : [1n, 1n, 0x401n, 0x404n, 2n][c.next(5)]!
  set['regs[3]'] = request === 6n || request === 23n ? (coin(c) ? 0xffffffffn : word(c)) : a64 ? tagged(c, t, base) : base
  const put = (i: number, v: bigint): void => { set[`buf.words[${i}]`] = v }
  const image = c.next(24) === 23 ? (1n << 48n) - BigInt(4 * c.next(70)) : !compat ? tagged(c, t, base + 16n) : base + 16n
  const length = [272n, 72n, 8n, 4n, 0n, 68n, 280n, BigInt(c.next(300))][c.next(8)]!
  put(0, image & 0xffffffffn)
  if (compat) put(1, length)
  else {
    put(1, image >> 32n)
    put(2, length)
    put(3, 0n)
  }
  for (let i = 0; i < 12; i++) put(4 + c.next(74), word(c))
  if (set['regs[2]'] === 0x404n && coin(c)) put(4, 0xffffffffn)
  put(4 + 16, pstateWord(c, 0x10n))
  put(4 + 66, pstateWord(c, 0n))
}

/** A stack under which the next signal frame just fits, nearly fits or does not. */
export function signalStack(c: Choices, set: Writes, a64: boolean, t?: Task): void {
  const base = setRegion(c, set, 'frame', a64, 288)
  const size = a64 ? 4704n : coin(c) ? 752n : 880n
  const top = BigInt.asUintN(a64 ? 64 : 32, base + size + (c.next(8) === 7 ? BigInt(c.next(64)) : 0n))
  set[a64 ? 'sp' : 'regs[13]'] = a64 ? tagged(c, t, top) : top
}

/** struct clone_args in `buf`: what is often right, with one thing wrong now and then. */
export function cloneArguments(c: Choices, set: Writes, a64: boolean, t?: Task): void {
  if (coin(c)) {
    // a good one
    const words = { 0: [0n, 0x80000n, 0x80100n, 0x80000n][c.next(4)]!, 32: 17n, 40: 0x70000n, 48: coin(c) ? 0x1000n : 0x200000n, 56: word(c) << 32n | word(c) }
    const at = 0x1000n * BigInt(1 + c.next(0xffffe))
    Object.assign(set, { 'buf.base': at, 'buf.lo': 0n, 'buf.hi': 320n, 'regs[0]': at, 'regs[1]': coin(c) ? 64n : 88n })
    for (let i = 0; i < 22; i++) set[`buf.words[${i}]`] = 0n
    for (const [offset, v] of Object.entries(words)) {
      set[`buf.words[${Number(offset) / 4}]`] = v & 0xffffffffn
      set[`buf.words[${Number(offset) / 4 + 1}]`] = v >> 32n
    }
    return
  }
  const base = setRegion(c, set, 'buf', a64, 80)
  set['regs[0]'] = a64 ? tagged(c, t, base) : base
  set['regs[1]'] = [88n, 64n, 80n, 88n, 64n, 63n, 4097n, 72n, 96n, BigInt(c.next(0x10000))][c.next(10)]!
  const odd = (): boolean => c.next(10) === 9
  const put = (offset: number, v: bigint): void => {
    set[`buf.words[${offset / 4}]`] = v & 0xffffffffn
    set[`buf.words[${offset / 4 + 1}]`] = v >> 32n
  }
  const flags = [0n, 0x80000n, 0x100n, 0x80100n, 0x80000n, 0x10800n, 0x8000n, 0x100000000n, 0x100000800n, 0x80n, 0x1n, 0x400000n, 0x200000000n, 0x400000000n, 1n << 38n][c.next(15)]!
  put(0, flags | (odd() ? word(c) << 32n : 0n))
  put(32, odd() ? word(c) : [0n, 17n, 17n, 64n, 65n, 0x111n][c.next(6)]!)
  const stack = coin(c) ? 0n : word(c) & ~15n
  put(40, odd() ? (1n << 48n) - 4096n : stack)
  put(48, odd() ? word(c) : stack === 0n ? 0n : [4096n, 8192n][c.next(2)]!)
  put(56, coin(c) ? word(c) : word(c) << 32n | word(c))
  put(64, odd() ? word(c) : 0n)
  put(72, odd() ? word(c) : 0n)
  put(80, odd() ? word(c) : 0n)
}
