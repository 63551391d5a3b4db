/**
 * What another thread of the same mm (CLONE_VM) can do to an event: write into the memory that the kernel reads, between any two of its
 * accesses. The simulator's uaccess is watched from outside; normal runs know nothing of it.
 */
import { bytesOf, untagged, UserMemory, valueOf } from '../../sim/memory.js'
import { NotEnabled, kernelOf, simulateWith } from '../../sim/index.js'
import { copyTask } from '../../sim/machine.js'
import { FRAME_WORDS, type Config, type State, type Task } from '../../trace/state.js'
import { differences, taskIndex } from '../../trace/trace.js'
import type { Event } from '../../trace/events.js'

export type Stretch = 'frame' | 'buf'
/** An access that read: where (without a tag), in which stretch, and what the kernel was given. */
export interface Fetch { readonly stretch: Stretch, readonly addr: bigint, readonly bytes: Uint8Array }
/** What the kernel is given instead. `before`: the fetches of the event so far. */
export type Thread = (f: Fetch, before: readonly Fetch[]) => Uint8Array

const stretchOf = (m: UserMemory): Stretch => (m as unknown as { region: Task['frame'] }).region.words.length === FRAME_WORDS ? 'frame' : 'buf'

/** Runs `f` while another thread writes; every fetch, as the kernel saw it. An access that faults gives the kernel nothing and is none. */
export function fetching<T>(thread: Thread, f: () => T): { result: T, fetches: Fetch[] } {
  const fetches: Fetch[] = []
  const { load, copyIn } = UserMemory.prototype
  const given = (m: UserMemory, address: bigint, was: Uint8Array): Uint8Array => {
    const at = { stretch: stretchOf(m), addr: m.tagged ? untagged(address) : address }
    const bytes = thread({ ...at, bytes: was }, fetches)
    fetches.push({ ...at, bytes })
    return bytes
  }
  UserMemory.prototype.load = function (this: UserMemory, addr: bigint, size: 4 | 8): bigint | null {
    const v = load.call(this, addr, size)
    return v === null ? null : valueOf(given(this, addr, bytesOf(v, size)))
  }
  UserMemory.prototype.copyIn = function (this: UserMemory, addr: bigint, length: number): Uint8Array | null {
    const v = copyIn.call(this, addr, length)
    return v === null ? null : given(this, addr, v)
  }
  try { return { result: f(), fetches } } finally { Object.assign(UserMemory.prototype, { load, copyIn }) }
}

export const nobody: Thread = (f) => f.bytes

/** The bytes that were read more than once: by stretch and address. */
export function twice(fetches: readonly Fetch[]): { readonly stretch: Stretch, readonly addr: bigint }[] {
  const seen = new Set<string>(), out = new Map<string, { stretch: Stretch, addr: bigint }>()
  for (const { stretch, addr, bytes } of fetches) for (let i = 0; i < bytes.length; i++) {
    const at = { stretch, addr: addr + BigInt(i) }, key = `${stretch} ${at.addr}`
    if (seen.has(key)) out.set(key, at)
    seen.add(key)
  }
  return [...out.values()]
}

export type Simulate = (kernel: string, config: Config, s: State, e: Event) => State
export const simulator: Simulate = (kernel, config, s, e) => simulateWith(kernelOf(kernel), config, s, e)

/** The state after the event, or why it cannot be. */
export function outcome(simulate: Simulate, kernel: string, config: Config, s: State, e: Event): State | string {
  try { return simulate(kernel, config, s, e) } catch (error) {
    if (error instanceof NotEnabled) return error.reason
    throw error
  }
}

const memory = /\.(frame|buf)\./
/** The same, apart from what stands in memory: at EL0 that can be anything anyway (`user`). */
export const same = (a: State | string, b: State | string): boolean =>
  typeof a === 'string' || typeof b === 'string' ? a === b : differences(a, b).every((d) => memory.test(d.path))

/** The state with bytes of the task's memory as they are given: the later of two wins. */
export function settled(s: State, e: Exclude<Event, { kind: 'switch' }>, writes: readonly Fetch[]): State {
  const tasks = s.tasks.slice(), i = taskIndex(e.task), t = copyTask(tasks[i]!)
  for (const { stretch, addr, bytes } of writes) for (const [n, b] of bytes.entries()) {
    const region = t[stretch], offset = Number(addr + BigInt(n) - region.base), shift = BigInt(8 * (offset & 3))
    region.words[offset >> 2] = (region.words[offset >> 2]! & ~(0xffn << shift)) | (BigInt(b) << shift)
  }
  tasks[i] = t
  return { cpus: s.cpus, tasks }
}
