/** What a trace does not know of a signal frame. */
import type { Config, Task } from '../../trace/state.js'
import type { Running } from './running.js'

/** siginfo of a frame (filled by the sender), and the saved PSTATE where a context switch may have set SSBS: indices of words of `frame`. */
export function unknownWords(config: Config, t: Task, r: Running): Set<number> {
  const out = new Set<number>()
  const word = (address: bigint): void => { out.add(Number((address - t.frame.base) / 4n)) }
  const top = r.task.bits === 64 ? t.sp : t.regs[13]!
  if (r.injected !== 0) for (let o = 0n; o < 128n; o += 4n) word(top + o)
  if (!config.ssbs) for (const o of r.task.bits === 64 ? [576n] : [96n, 224n]) word(top + o)
  return out
}
