/** A ptrace call of the trace, made by the program itself or by an AArch32 task. */
import type { Task, TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { ssbsInBuffer } from '../replay/ptrace-call.js'
import { checkWords, hex, words } from './text.js'

interface States { readonly trace: Trace, state(i: number, name: TaskName): Task }

export function ptraceText(w: States, i: number, caller: TaskName, target: TaskName): string[] {
  const before = w.state(i, caller)
  const after = w.state(i + 1, caller)
  const svc = w.trace.events.slice(0, i).findLast((x) => x.kind === 'svc' && x.task === caller)
  const imm = svc?.kind === 'svc' ? svc.imm : 0n
  const { base, lo, hi, words: list } = before.buf
  const r = before.regs
  const masks = ssbsInBuffer(w, i, caller, target)
  const result = (made: string): string[] => ['{', `\tuint64_t result = ${made};`, `\tok(result == ${hex(after.regs[0]!)}, "ptrace by ${caller}", result, ${hex(after.regs[0]!)});`, '}']
  if (before.TIF_32BIT) {
    return [
      ...words(caller, before.buf).map((l) => l.trimStart()),
      ...result(`call_by32(&${caller}, &${target}, ${hex(r[0]!)}, ${hex(r[2]!)}, ${hex(r[3]!)})`),
      ...checkWords(`&${caller}`, `${caller}.buf`, before.buf, after.buf, new Set(), masks),
    ]
  }
  const length = hi < BigInt(list.length * 4) ? hi - lo : BigInt(list.length * 4) - lo
  return [
    ...hi > lo ? [
      '{', `\tstatic const uint32_t words[${list.length}] = { ${list.flatMap((w0, j) => w0 === 0n ? [] : [`[${j}] = ${hex(w0)}`]).join(', ') || '0'} };`,
      `\tif (mmap((void *)(${hex(base + lo)} & ~4095ull), ${hex(((hi - lo + 8191n) / 4096n) * 4096n)}, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)`,
      '\t\tprintf("# the buffer cannot be mapped: %s\\n", strerror(errno));', `\tfill(${hex(base + lo)}, (const char *)words + ${lo}, ${length});`, '}',
    ] : [],
    ...result(`call(${imm}, ${hex(r[7]!)}, ${hex(r[8]!)}, ${hex(r[0]!)}, ${target}.pid, ${hex(r[2]!)}, ${hex(r[3]!)})`),
    ...checkWords('NULL', `${caller}.buf`, before.buf, after.buf, new Set(), masks),
  ]
}
