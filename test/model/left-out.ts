/**
 * What the model may refuse although it can happen: docs/events.md, Memory and Handlers, said again as a concrete test. Everything else
 * that the simulator takes the model has to take.
 */
import type { Event } from '../../trace/events.js'
import { table, type Config, type State, type Task } from '../../trace/state.js'
import { kernelOf } from '../../sim/index.js'

type Region = Task['frame'] | Task['buf']
const TOP = 1n << 48n
const u64 = (v: bigint): bigint => BigInt.asUintN(64, v)
const u32 = (v: bigint): bigint => BigInt.asUintN(32, v)

/** Does [at, at + size) touch the region without starting at its base? */
function touches(r: Region, at: bigint, size: number): boolean {
  if (at === r.base || r.hi <= r.lo) return false
  return at < r.base + BigInt(4 * r.words.length) && at + BigInt(size) > r.base
}
/** The same for a structure that access_ok bounds as a whole; the tag goes where TIF_TAGGED_ADDR lets it. */
function structTouches(t: Task, given: bigint, size: number): boolean {
  const at = t.TIF_TAGGED_ADDR && (given >> 55n & 1n) === 0n ? BigInt.asUintN(56, given) : given
  return at + BigInt(size) <= TOP && touches(t.frame, at, size)
}

function badlyMapped(r: Region): boolean {
  const size = BigInt(4 * r.words.length)
  const page = (o: bigint): boolean => ((r.base + o) & 0xfffn) === 0n
  return r.base > TOP - size || (r.base & 3n) !== 0n || r.lo > r.hi || r.hi > size || (r.lo !== 0n && !page(r.lo)) || (r.hi !== size && r.hi !== 0n && !page(r.hi))
}

/** Why the model leaves the event out, or undefined. `after`: the state that the simulator got. */
export function leftOut(kernel: string, _config: Config, state: State, event: Event, after: State): string | undefined {
  if (event.kind === 'switch' || event.kind === 'resume') return undefined
  const index = ['A', 'B', 'C', 'D'].indexOf(event.task)
  const t = state.tasks[index]!, next = after.tasks[index]!
  switch (event.kind) {
    case 'user': return userLeftOut(t, next, event.set['pstate'] !== undefined)
    case 'signal': {
      const compat = kernelOf(kernel).sites.handleSignal(t)
      const size = !compat ? 4688 : (event.flags & 4n) !== 0n ? 880 : 752
      const at = compat ? u32(u32(t.regs[13]!) - BigInt(size)) & ~7n : u64((u64(t.sp - 16n) & ~15n) - 4688n)
      return structTouches(t, at, size) ? 'a frame that overlaps the region' : undefined
    }
    case 'handler': break
    default: return undefined
  }
  switch (event.call) {
    case 'sigreturn': return structTouches(t, t.regs[13]!, 752) ? 'a frame that overlaps the region' : undefined
    case 'rt_sigreturn':
      if (t.table !== table.native) return structTouches(t, t.regs[13]!, 880) ? 'a frame that overlaps the region' : undefined
      return structTouches(t, t.sp, 4688) ? 'a frame that overlaps the region' : otherRecords(t.frame.words) ? 'records other than FPSIMD' : undefined
    case 'ptrace': return event.target === event.task ? 'a task that traces itself' : ptraceLeftOut(kernel, t, state.tasks[['A', 'B', 'C', 'D'].indexOf(event.target)]!)
    case 'clone3':
    case 'other': return event.call === 'clone3' || t.syscallno === 435n ? clone3LeftOut(kernel, t) : undefined
    default: return undefined
  }
}

/** clone3 with its structure elsewhere in the region, of a size that was never published, or with what namespaces and cgroups decide. */
function clone3LeftOut(kernel: string, t: Task): string | undefined {
  const k = kernelOf(kernel), size = t.regs[1]!
  if (size < 64n || size > 4096n) return undefined
  if (![64n, ...k.clone3.size === 64 ? [] : [80n, 88n]].includes(size)) return 'struct clone_args of another size'
  const given = k.firstArgumentIsOrigX0 ? t.orig_x0 : t.regs[0]!
  const at = t.TIF_TAGGED_ADDR && (given >> 55n & 1n) === 0n ? BigInt.asUintN(56, given) : given
  if (touches(t.buf, at, 88)) return 'clone_args that overlap the region'
  const word = (i: number): bigint => t.buf.words[i]! | t.buf.words[i + 1]! << 32n
  if (size >= 80n && (word(16) !== 0n || word(18) !== 0n)) return 'set_tid'
  if (t.TIF_32BIT && u64(word(10) + word(12)) >> 32n !== 0n) return 'a stack of a 32-bit task beyond 4 GiB'
  return size === 88n && (word(0) >> 33n & 1n) !== 0n ? 'CLONE_INTO_CGROUP' : undefined
}

function userLeftOut(before: Task, after: Task, writesPstate: boolean): string | undefined {
  if (badlyMapped(after.frame) || badlyMapped(after.buf)) return 'a mapping that is not by pages'
  const aarch32 = (before.pstate & 0x10n) !== 0n, thumb = (after.pstate & 0x20n) !== 0n
  if (aarch32 && (after.pc & (thumb ? 1n : 3n)) !== 0n) return 'an AArch32 pc off its instruction'
  if (aarch32 && writesPstate) {
    if (!thumb && (after.pstate & 0x0600fc00n) !== 0n) return 'IT outside Thumb'
    if ((after.pstate & 0xf000n) !== 0n && (after.pstate & 0x06000c00n) === 0n) return 'IT without a mask'
  }
  return undefined
}

const unmodelled = new Set([0x45535201n, 0x53564501n, 0x45585401n])
function otherRecords(words: readonly bigint[]): boolean {
  if (unmodelled.has(words[148]!)) return true
  return words[148] === 0x46508001n && (words[149]! > 528n || unmodelled.has(words[280]!))
}

const compatRequests = new Set([3n, 6n, 12n, 13n, 22n, 23n])
function ptraceLeftOut(kernel: string, t: Task, target: Task): string | undefined {
  const compat = t.table !== table.native
  const arg = (i: number): bigint => compat ? u32(t.regs[i]!) : t.regs[i]!
  const first = !compat && kernelOf(kernel).firstArgumentIsOrigX0 ? t.orig_x0 : arg(0)
  const [request, addr, data] = [first, arg(2), arg(3)]
  const regset = request === 0x4204n || request === 0x4205n
  if (target.at === 0n) return 'a task that is not there'
  if (!regset && !compatRequests.has(request)) return 'another request'
  if (touches(t.buf, data, 320)) return 'an iovec or buffer that overlaps the region'
  if (request === 3n && [0x10000n, 0x10004n, 0x10008n].includes(addr)) return 'start_code, start_data, end_code'
  const mapped = (from: bigint, to: bigint): boolean => t.buf.lo <= from && to <= t.buf.hi && to <= 320n
  if (request === 12n) return mapped(0n, 4n) && !mapped(0n, 72n) ? 'a transfer that stops in the middle' : undefined
  if (!regset) return undefined
  const untagged = (a: bigint): bigint => t.TIF_TAGGED_ADDR && (a >> 55n & 1n) === 0n ? BigInt.asUintN(56, a) : a
  const base = untagged(compat ? t.buf.words[0]! : t.buf.words[0]! | t.buf.words[1]! << 32n)
  const readable = untagged(data) === t.buf.base && mapped(0n, compat ? 8n : 16n)
  // the words of an iovec that cannot be read count as well for what follows
  if (base !== t.buf.base + 16n) return readable && touches(t.buf, base, 320) || (readable && base === t.buf.base) ? 'a payload that overlaps the region' : undefined
  // how many bytes: at most 272
  const length = compat ? t.buf.words[1]! : t.buf.words[2]! | t.buf.words[3]! << 32n
  const most = length < 272n ? length : 272n
  return request === 0x4204n && mapped(16n, 20n) && !mapped(16n, 16n + most) ? 'a transfer that stops in the middle' : undefined
}
