/** User memory for lifted code: the model's regions. An access is placed by its distance from where a structure starts. */
import { mapped, type Region } from '../../model/tasks/uaccess.js'
import { and, concat, extract, ite, not, True } from '../../model/terms/build.js'
import { mask, type Bool, type BV, type Term } from '../../model/terms/term.js'
import { LiftError } from '../../lift/index.js'

/** addr - base where that is a constant. */
export function distance(addr: Term, base: Term): number | undefined {
  const [a, ka] = split(addr)
  const [b, kb] = split(base)
  if (a !== b) return undefined
  const d = BigInt.asIntN(64, (ka - kb) & mask(64))
  return d >= 0n && d < 8192n ? Number(d) : undefined
}
function split(t: Term): [Term | undefined, bigint] {
  if (t.op === 'bvconst') return [undefined, t.value]
  const constant = t.op === 'bvadd' ? t.args[1] : undefined
  return constant?.op === 'bvconst' ? [t.args[0], constant.value] : [t, 0n]
}

/** Reads and writes of a structure that starts at `at`, in `region` from `offset` on; the region's words change as they are written. `reached`: the address that memory is reached at, without a tag. */
export function access(region: Region, at: BV<64>, offset = 0, reached: BV<64> = at): {
  readUser: (addr: BV<64>, bytes: number) => { value: Term, fault: Bool }
  writeUser: (addr: BV<64>, bytes: number, value: Term, n: number, when: Bool) => { fault: Bool }
} {
  const where = (addr: BV<64>): number => {
    const d = distance(addr, at)
    if (d === undefined) throw new LiftError('user memory away from the structure that is compared', { file: 'cli/verify/memory.ts', line: 1 }, addr.op)
    return d + offset
  }
  return {
    readUser(addr, bytes) {
      const o = where(addr)
      const i = o / 4
      const word = (k: number): Term => region.words[k] ?? region.words[0]!
      const value = bytes === 4 ? word(i) : bytes === 8 ? concat(word(i + 1), word(i)) : bytes < 4 ? extract(8 * (o % 4) + 8 * bytes - 1, 8 * (o % 4), word(Math.floor(i))) : word(i)
      return { value, fault: not(mapped(region, reached, o, bytes)) }
    },
    writeUser(addr, bytes, value, _n, when) {
      const o = where(addr)
      const ok = mapped(region, reached, o, bytes)
      for (let k = 0; k < bytes / 4; k++) {
        const i = o / 4 + k
        const old = region.words[i]
        if (old !== undefined && ok !== not(True)) region.words[i] = ite(and(ok, when), extract<32>(32 * k + 31, 32 * k, value), old)
      }
      return { fault: not(ok) }
    },
  }
}
export const copyRegion = (r: Region): Region => ({ ...r, words: [...r.words] })
