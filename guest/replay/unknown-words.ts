/** What a trace does not know of a signal frame. */
import type { Config, Task } from '../../trace/state.js'

/** siginfo of a frame (filled by the sender), and the saved PSTATE where a context switch may have set SSBS: indices of words of `frame`. */
export function unknownWords(config: Config, t: Task, bits: 64 | 32, injected: number): Set<number> {
  const out = new Set<number>()
  const word = (address: bigint): void => { out.add(Number((address - t.frame.base) / 4n)) }
  const top = bits === 64 ? t.sp : t.regs[13]!
  if (injected !== 0) for (let o = 0n; o < 128n; o += 4n) word(top + o)
  if (!config.ssbs) for (const o of bits === 64 ? [576n] : [96n, 224n]) word(top + o)
  return out
}
