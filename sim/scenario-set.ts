/** What `with` writes, as paths of a `user` event. */
import { BUF_WORDS, FRAME_WORDS, type Task } from '../trace/state.js'
import * as arm from './frame32-layout.js'
import * as rt64 from './frame64-layout.js'
import { constant, memoryWords, whereIs } from './scenario-names.js'
import { fail } from './scenario-parse.js'

type Value = bigint | string | boolean

/** Whole things that a name sets up at an address: mapped memory, a good frame with everything zero, an iovec. */
const builders: Record<string, (at: bigint, set: Record<string, bigint>, t: Task) => void> = {
  frame: (at, set) => map(set, 'frame', at, FRAME_WORDS),
  buf: (at, set) => map(set, 'buf', at, BUF_WORDS),
  rt64(at, set) {
    map(set, 'frame', at, FRAME_WORDS)
    put(set, 'frame', rt64.RESERVED, rt64.FPSIMD_MAGIC)
    put(set, 'frame', rt64.RESERVED + 4n, rt64.FPSIMD_SIZE)
  },
  /** struct clone_args, everything zero */
  clone_args(at, set) {
    map(set, 'buf', at, BUF_WORDS)
    for (let i = 0; i < 22; i++) set[`buf.words[${i}]`] = 0n
  },
  arm: (at, set, t) => armFrame(at, set, 0n, t),
  arm_rt: (at, set, t) => armFrame(at, set, arm.SIGINFO_SIZE, t),
  /** iovec at buf.base for the image 16 bytes on, of that many bytes */
  iovec64: (length, set, t) => iovec(set, t, [0n, length]),
  iovec32: (length, set, t) => iovec(set, t, [length]),
}

function map(set: Record<string, bigint>, which: 'frame' | 'buf', at: bigint, words: number): void {
  set[`${which}.base`] = at
  set[`${which}.lo`] = 0n
  set[`${which}.hi`] = BigInt(4 * words)
}

const put = (set: Record<string, bigint>, which: string, offset: bigint, value: bigint): void => { set[`${which}.words[${offset / 4n}]`] = value }

function armFrame(at: bigint, set: Record<string, bigint>, sf: bigint, t: Task): void {
  map(set, 'frame', at, FRAME_WORDS)
  put(set, 'frame', sf + arm.ARM_CPSR, t.TIF_32BIT ? 0x10n : 0n)
  put(set, 'frame', sf + arm.UC_REGSPACE, arm.VFP_MAGIC)
  put(set, 'frame', sf + arm.UC_REGSPACE + 4n, arm.VFP_SIZE)
}

function iovec(set: Record<string, bigint>, t: Task, rest: bigint[]): void {
  const image = (set['buf.base'] ?? t.buf.base) + 16n
  ;[image, ...rest].forEach((v, i) => { set[`buf.words[${i}]`] = BigInt.asUintN(32, v) })
  if (rest.length === 2) {
    set['buf.words[1]'] = image >> 32n
    set['buf.words[2]'] = rest[1]!
    set['buf.words[3]'] = 0n
  }
}

/** Later names win. Throws `E_SCENARIO`. */
export function writesOf(given: Record<string, Value>, t: Task, file: string, line: number): Record<string, bigint> {
  const set: Record<string, bigint> = {}
  for (const [name, raw] of Object.entries(given)) {
    const where = whereIs(name)
    const builder = builders[name]
    if (where === undefined && builder === undefined) throw fail(file, line, `nothing is called '${name}'`)
    const value = constant(raw, where === undefined ? 64 : where.kind === 'memory' ? 8 * where.size : where.bits, name)
    if (typeof value !== 'bigint') throw fail(file, line, `'${String(raw)}' is no number for ${name}`)
    if (builder !== undefined) builder(value, set, t)
    else if (where!.kind === 'memory') {
      const { region } = where!
      memoryWords(where!).forEach((w, i) => { set[`${region}.words[${w}]`] = BigInt.asUintN(32, value >> BigInt(32 * i)) })
    } else if (where!.path === 'cpu' || where!.path === 'current') throw fail(file, line, `user space cannot write ${name}`)
    else set[where!.path] = value
  }
  return set
}
