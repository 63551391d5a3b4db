/** How values of a trace stand in C. */
import { UsageError } from '../../trace/errors.js'
import type { Config, Task } from '../../trace/state.js'

export const hex = (v: bigint): string => `0x${v.toString(16)}${v > 0xffffffffn ? 'ull' : ''}`
/** Text from a trace must not end the comment it stands in. */
export const comment = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').replaceAll('*/', '* /')
export const refused = (what: string): UsageError => new UsageError('E_NO_REPRODUCER', `a reproducer of ${what} is not written; replay --on guest runs it`)
export const thumb = (t: Task): number => t.TIF_32BIT && (t.pstate & 0x20n) !== 0n ? 1 : 0

/** x0 to x30, sp, pc and pstate, as `struct task` has them. */
export function image(t: Task, instead: Readonly<Record<number, bigint>> = {}): string {
  const values = [...t.regs, t.sp, t.pc, t.pstate].map((v, i) => instead[i] ?? (t.TIF_32BIT && i < 15 ? v & 0xffffffffn : v))
  return `(const uint64_t[34]){ ${values.flatMap((v, i) => v === 0n ? [] : [`[${i}] = ${hex(v)}`]).join(', ') || '0'} }`
}

/** A region of the task's memory is mapped and filled. */
export function words(name: string, r: Task['frame']): string[] {
  if (r.hi <= r.lo) return []
  const first = Number(r.lo / 4n)
  const list = r.words.slice(first, Math.ceil(Number(r.hi) / 4))
  const filled = list.flatMap((w, i) => w === 0n ? [] : [`[${i}] = ${hex(w)}`])
  return [`\tmap(&${name}, ${hex(r.base + r.lo)}, ${hex(r.hi - r.lo)});`, `\tpoke(&${name}, ${hex(r.base + r.lo)}, (const uint32_t[${list.length}]){ ${filled.join(', ') || '0'} }, ${list.length * 4});`]
}

/** What a region must hold: the words that the kernel has written, and those that are not 0. `owner`: a task, or NULL for the program itself. */
export function checkWords(owner: string, what: string, before: Task['frame'], after: Task['frame'], skip: ReadonlySet<number>, masks: ReadonlyMap<number, bigint>): string[] {
  const inside = (i: number): boolean => BigInt(4 * i) >= after.lo && BigInt(4 * i + 4) <= after.hi
  const list = after.words.flatMap((w, i) => !inside(i) || skip.has(i) || (w === 0n && before.words[i] === 0n) ? [] : [`{ ${i}, ${hex(w)}, ${hex(0xffffffffn & ~(masks.get(i) ?? 0n))} }`])
  return list.length === 0 ? [] : [`check_words(${owner}, "${what}", ${hex(after.base)}, (const uint32_t[][3]){ ${list.join(', ')} }, ${list.length});`]
}

/** Instructions, as an array of C. */
export function codeWords(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return `(const uint32_t[]){ ${Array.from({ length: bytes.byteLength / 4 }, (_, i) => hex(BigInt(view.getUint32(4 * i, true)))).join(', ')} }, ${bytes.byteLength}`
}

/** Bits of PSTATE that are not compared: SSBS and PSR.E as hardware has them, BTYPE where the trace has no BTI and the CPU may, SS (and DIT, where a compat view has SS) of a task that is stepped. */
export function leftOut(config: Config, t: Task, stepped: boolean): string {
  const ssbs = config.ssbs ? 0n : t.TIF_32BIT ? 1n << 23n : 1n << 12n
  const endian = t.TIF_32BIT && !config.mixed_endian_el0 ? 1n << 9n : 0n
  const btype = !config.bti && !t.TIF_32BIT ? 3n << 10n : 0n
  return hex(ssbs | endian | btype | (stepped ? 1n << 21n | 1n << 24n : 0n))
}
