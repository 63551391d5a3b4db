/**
 * Residue: what a kernel stack slot held that nobody initialised. A run is done again with a mark in every such slot; wherever a mark
 * turns up afterwards is told, with the event that brought it there. Marks move as whole words and are never computed with here.
 */
import type { Event } from '../trace/events.js'
import { place, type Config, type State } from '../trace/state.js'
import { diff } from './diff.js'
import { kernelOf } from './kernels.js'
import { simulateWith } from './simulate.js'

export interface ResidueStep {
  /** number of the event, from 0 */
  readonly event: number
  /** where the mark is now */
  readonly path: string
  /** the slot it comes from: event and V register */
  readonly from: { readonly event: number, readonly vreg: number }
}

export interface ResidueReport {
  /** every place a mark reached, in the order of events */
  readonly ways: readonly ResidueStep[]
  /** the places where user space can read it: V registers of a task at EL0 that sees them, and user memory */
  readonly visible: readonly ResidueStep[]
}

/** Four words of 32 bits, each naming event, register and word: 0x5245… ("RE") is rare in anything else. */
const word = (event: number, vreg: number, i: number): bigint => 0x52000000n | BigInt(event & 0xfff) << 8n | BigInt(vreg << 2 | i) & 0xffn
const mark = (event: number, vreg: number): bigint => [3, 2, 1, 0].reduce((all, i) => (all << 32n) | word(event, vreg, i), 0n)

function origin(value: bigint, marks: ReadonlyMap<bigint, { event: number, vreg: number }>): { event: number, vreg: number } | undefined {
  for (let v = value; v > 0n; v >>= 32n) {
    const found = marks.get(v & 0xffffffffn)
    if (found !== undefined) return found
  }
  return undefined
}

/** Throws NotEnabled if an event is not possible. */
export function residueReport(kernel: string, config: Config, start: State, events: readonly Event[]): ResidueReport {
  const marks = new Map<bigint, { event: number, vreg: number }>()
  const ways: ResidueStep[] = []
  const visible: ResidueStep[] = []
  const told = new Set<string>()
  let state = start
  events.forEach((given, event) => {
    const marked = withMarks(given, event, marks)
    const after = simulateWith(kernelOf(kernel), config, state, marked)
    for (const { path, to } of diff(state, after)) {
      const from = typeof to === 'bigint' ? origin(to, marks) : undefined
      if (from !== undefined) ways.push({ event, path, from })
    }
    state = after
    for (const step of [...ways]) {
      const key = `${step.path} ${step.from.event} ${step.from.vreg}`
      if (!told.has(key) && readable(state, step.path)) {
        told.add(key)
        visible.push({ ...step, event })
      }
    }
  })
  return { ways, visible }
}

function withMarks(e: Event, event: number, marks: Map<bigint, { event: number, vreg: number }>): Event {
  if (e.kind !== 'handler' || (e.call !== 'sigreturn' && e.call !== 'rt_sigreturn')) return e
  return {
    ...e,
    residue: e.residue.map((_, vreg) => {
      for (let i = 0; i < 4; i++) marks.set(word(event, vreg, i), { event, vreg })
      return mark(event, vreg)
    }),
  }
}

/** Whether user space can read the place: its memory always; V registers at EL0, V16 to V31 only from AArch64. */
function readable(s: State, path: string): boolean {
  const [, index, rest] = /^tasks\[(\d+)\]\.(.*)$/.exec(path) ?? []
  const t = s.tasks[Number(index)]
  if (t === undefined || rest === undefined) return false
  if (/^(frame|buf)\./.test(rest)) return true
  const v = /^vregs\[(\d+)\]$/.exec(rest)
  return v !== null && t.at === place.el0 && ((t.pstate & 0x10n) === 0n || Number(v[1]) < 16)
}
