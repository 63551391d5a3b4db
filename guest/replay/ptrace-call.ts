/** A ptrace call of the trace: the guest program makes it. */
import type { Event } from '../../trace/events.js'
import { table, view, type TaskName } from '../../trace/state.js'
import { compareWords } from './compare.js'
import type { Replay } from './running.js'
import { NotReachable } from './task.js'
import { Tracer } from './tracer.js'

export async function tracerEvent(w: Replay, i: number, e: Event): Promise<void> {
  if (e.kind !== 'handler' || e.call !== 'ptrace') return
  const before = w.state(i, e.task)
  const svc = w.trace.events.slice(0, i).findLast((x) => x.kind === 'svc' && x.task === e.task)
  const target = w.tasks.get(e.target)
  if (target === undefined || svc?.kind !== 'svc') throw new NotReachable('the tracee is not there')
  const bits = before.TIF_32BIT ? 32 : 64
  const now = new Tracer(w.machine.guest, bits, structuredClone(before))
  w.tracers.set(e.task, now)
  await now.setBuf()
  if (bits === 32) await target.task.handOver()
  const { x0, words } = await now.ptrace(svc.imm, target.task.slot)
  if (bits === 32) await target.task.takeBack()
  const after = w.state(i + 1, e.task)
  if (x0 !== after.regs[0]!) w.differences.push(`${e.task}.regs[0]: the trace has 0x${after.regs[0]!.toString(16)}, the guest 0x${x0.toString(16)}`)
  w.differences.push(...compareWords(`${e.task}.buf`, after.buf.words, words, new Set(), ssbsInBuffer(w, i, e.task, e.target)))
  await w.check(i + 1, e.target, target)
}

const GETREGS = 12n, GETREGSET = 0x4204n, NT_PRSTATUS = 1n
/** Where a GETREGSET of NT_PRSTATUS, or an AArch32 GETREGS, has put the saved PSTATE of a CPU without SSBS: a context switch may have set the bit. */
export function ssbsInBuffer(w: Pick<Replay, 'trace' | 'state'>, i: number, caller: TaskName, target: TaskName): ReadonlyMap<number, bigint> {
  const { regs, buf, view: seenAs } = w.state(i + 1, caller)
  const before = w.state(i, caller)
  if (w.trace.config.ssbs || regs[0] !== 0n) return new Map()
  const bit = w.state(i, target).TIF_32BIT ? 1n << 23n : 1n << 12n
  const at = Number((regs[3]! - buf.base) / 4n)
  if (before.table !== table.native && before.regs[0] === GETREGS) return new Map([[at + 16, bit]])
  if (before.regs[0] !== GETREGSET || (before.regs[2]! & 0xffffffffn) !== NT_PRSTATUS) return new Map()
  const base = before.table === table.native ? (buf.words[at] ?? 0n) | (buf.words[at + 1] ?? 0n) << 32n : buf.words[at] ?? 0n
  const word = Number((base - buf.base) / 4n) + (seenAs === view.aarch64 ? 66 : 16)
  return new Map([[word, bit]])
}
