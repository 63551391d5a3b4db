/** mmap of a trace: the address that the kernel chooses is a choice of the trace; user space leaves no other free. */
import type { Event } from '../../trace/events.js'
import { taskNames, type Task } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { Script } from '../protocol.js'
import type { Running } from './running.js'
import { NotReachable, type GuestTask } from './task.js'

const PAGE = 4096n
const MAP = { PRIVATE: 2n, FIXED: 0x10n, ANONYMOUS: 0x20n, NORESERVE: 0x4000n, FIXED_NOREPLACE: 0x100000n } as const
const pageUp = (v: bigint): bigint => (v + PAGE - 1n) & ~(PAGE - 1n)

interface Chosen { readonly at: bigint, readonly length: bigint }

/** The places that the mmap calls of a trace give out of those they could. */
function chosenPlaces(trace: Trace): Chosen[] {
  return trace.events.flatMap((e, i) => {
    if (e.kind !== 'handler' || e.call !== 'mmap') return []
    const { regs } = before(trace, i, e)
    const address = BigInt.asIntN(64, e.result) > 0n || e.result === 0n
    return address && (regs[3]! & (MAP.FIXED | MAP.FIXED_NOREPLACE)) === 0n ? [{ at: e.result, length: pageUp(regs[1]!) }] : []
  })
}

const before = (trace: Trace, i: number, e: Extract<Event, { kind: 'handler' }>): Task => trace.states[i]!.tasks[taskNames.indexOf(e.task)]!

/** Everything but those places and what the task has already becomes inaccessible memory, as a program does that wants to know where it will be given some. A child inherits it. */
async function occupy(task: GuestTask, free: readonly Chosen[]): Promise<void> {
  const end = task.bits === 64 ? 1n << 48n : 0xffff0000n
  const taken = [...[...task.mapped].map((at) => ({ at, length: PAGE })), ...free].sort((a, b) => a.at < b.at ? -1 : 1)
  let from = PAGE
  for (const { at, length } of [...taken, { at: end, length: 0n }]) {
    if (at > from) {
      const flags = MAP.PRIVATE | MAP.ANONYMOUS | MAP.NORESERVE | MAP.FIXED
      const [result] = await task.run(new Script().remote(task.slot, task.bits === 64 ? 222 : 192, [from, at - from, 0, flags, -1n, 0]))
      if (BigInt.asUintN(task.bits, result![0]!) !== from) throw new NotReachable(`the addresses from 0x${from.toString(16)} to 0x${at.toString(16)} cannot be occupied`)
    }
    if (at + length > from) from = at + length
  }
}

/** Descriptor 0 becomes a file that can be mapped: the traces say nothing of files, and a register that is 0 names this one. */
async function mappableFile(r: Running): Promise<void> {
  const page = r.task.bits === 64 ? 0x400000n : 0x10000n
  await r.task.map(page, PAGE)
  await r.task.poke(page + 0xe00n, Buffer.from('/init\0'))
  const wide = r.task.bits === 64
  const [fd] = await r.task.run(new Script().remote(r.task.slot, wide ? 56 : 322, [-100n, page + 0xe00n, 0, 0]))
  await r.task.run(new Script().remote(r.task.slot, wide ? 24 : 358, [fd![0]!, 0, 0]))
  await r.task.poke(page + 0xe00n, Buffer.alloc(6))
}

/** Done at the start, because a child's first call is its own. */
export async function prepareMmap(trace: Trace, tasks: Iterable<Running>): Promise<void> {
  if (!trace.events.some((e) => e.kind === 'handler' && e.call === 'mmap')) return
  const free = chosenPlaces(trace)
  for (const r of tasks) {
    await mappableFile(r)
    if (free.length > 0) await occupy(r.task, free)
    await r.task.setOrigX0(trace.states[0]!.tasks[r.task.slot]!.orig_x0)
  }
}
