/** Making a failing run small: fewer events, then plainer ones, a plainer start and configuration, as long as it still fails. */
import { NotEnabled, kernelOf, simulateWith } from '../../sim/index.js'
import { diff, type Leaf } from '../../sim/diff.js'
import { copyTask } from '../../sim/machine.js'
import { startState } from '../../sim/start.js'
import { defaultConfig, place, taskNames, type Config, type State, type TaskName } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { compare } from './against-model.js'

export interface Failing { readonly kernel: string, readonly config: Config, readonly start: State, readonly events: readonly Event[] }
type Fails = (f: Failing) => boolean

/** Every task that an event names is there. */
const allThere = (f: Failing): boolean => f.events.every((e) => Object.entries(e).every(([k, v]) => !['task', 'from', 'to', 'target', 'child'].includes(k) || f.start.tasks[taskNames.indexOf(v as TaskName)] !== undefined))

/** The state before the last event; undefined if an event before that is not possible. */
export function beforeLast(f: Failing): State | undefined {
  if (!allThere(f)) return undefined
  let state = f.start
  try {
    for (const e of f.events.slice(0, -1)) state = simulateWith(kernelOf(f.kernel), f.config, state, e)
    return state
  } catch (e) {
    if (e instanceof NotEnabled) return undefined
    throw e
  }
}

/** Simulator and model differ on the last event. */
export const differsFromModel: Fails = (f) => {
  const state = beforeLast(f)
  return state !== undefined && compare(f.kernel, f.config, state, f.events.at(-1)!).kind === 'different'
}

export function shrink(given: Failing, fails: Fails = differsFromModel): Failing {
  let small = given
  const attempt = (f: Failing): boolean => {
    if (!fails(f)) return false
    small = f
    return true
  }
  for (let before = -1; before !== size(small);) {
    before = size(small)
    fewerEvents(() => small, attempt)
    plainerEvents(() => small, attempt)
    plainerStart(() => small, attempt)
    for (const key of Object.keys(small.config) as (keyof Config)[]) if (small.config[key] !== defaultConfig[key]) attempt({ ...small, config: { ...small.config, [key]: defaultConfig[key] } })
  }
  return small
}

/** Something that goes down with every change above. */
const size = (f: Failing): number => f.events.length * 1000 + JSON.stringify(f.events, (_, v: unknown) => typeof v === 'bigint' ? (v === 0n ? 0 : 1) : v).length + diff(f.start, plain(f)).length + f.start.tasks.length

function fewerEvents(now: () => Failing, attempt: (f: Failing) => boolean): void {
  for (let chunk = Math.max(1, now().events.length >> 1); chunk >= 1; chunk >>= 1) {
    for (let at = now().events.length - 1 - chunk; at >= 0; at -= chunk) {
      const { events } = now()
      if (at + chunk < events.length) attempt({ ...now(), events: [...events.slice(0, at), ...events.slice(at + chunk)] })
    }
  }
  // two that need each other, such as a stop and its end
  for (let i = now().events.length - 2; i > 0 && now().events.length <= 24; i--) {
    for (let j = i - 1; j >= 0; j--) {
      const { events } = now()
      if (i < events.length - 1 && attempt({ ...now(), events: events.filter((_, n) => n !== i && n !== j) })) break
    }
  }
}

function plainerEvents(now: () => Failing, attempt: (f: Failing) => boolean): void {
  const put = (i: number, e: Event): boolean => attempt({ ...now(), events: now().events.map((x, n) => n === i ? e : x) })
  for (let i = 0; i < now().events.length; i++) {
    const e = now().events[i]!
    if (e.kind === 'user') {
      for (const path of Object.keys(e.set)) {
        const at = now().events[i]! as typeof e
        const { [path]: _, ...rest } = at.set
        if (!put(i, { ...at, set: rest }) && at.set[path] !== 0n) put(i, { ...at, set: { ...at.set, [path]: 0n } })
      }
      continue
    }
    for (const [key, v] of Object.entries(e)) {
      const zero = typeof v === 'bigint' && v !== 0n ? 0n : v === true ? false : Array.isArray(v) && v.some((x) => x !== 0n) ? v.map(() => 0n) : undefined
      if (zero !== undefined) put(i, { ...now().events[i]!, [key]: zero } as Event)
    }
  }
}

/** The start that a scenario has where it says no more. */
function plain(f: Failing): State {
  const widths = f.start.tasks.map((t, i) => t.at === place.absent && !f.start.cpus.some((c) => c.current === BigInt(i)) ? 0 : t.TIF_32BIT ? 32 : 64)
  const s = startState(widths, f.config, f.start.cpus.length)
  widths.forEach((w, i) => { if (w !== 0) kernelOf(f.kernel).setPersonality(s.tasks[i]!, w) })
  return s
}

const copyOf = (s: State): State => ({ cpus: s.cpus.map((c) => ({ ...c })), tasks: s.tasks.map(copyTask) })

function plainerStart(now: () => Failing, attempt: (f: Failing) => boolean): void {
  while (now().start.tasks.length > 1 && now().start.cpus.every((c) => Number(c.current) < now().start.tasks.length - 1)) {
    if (!attempt({ ...now(), start: { ...now().start, tasks: now().start.tasks.slice(0, -1) } })) break
  }
  if (diff(now().start, plain(now())).length > 0) attempt({ ...now(), start: plain(now()) })
  for (const { path, to } of diff(now().start, plain(now()))) {
    const start = copyOf(now().start)
    setLeaf(start, path, to)
    attempt({ ...now(), start })
  }
}

function setLeaf(s: State, path: string, value: Leaf): void {
  const keys = path.split(/[.[\]]+/).filter((k) => k !== '')
  let at = s as unknown as Record<string, unknown>
  for (const k of keys.slice(0, -1)) at = at[k] as Record<string, unknown>
  at[keys.at(-1)!] = value
}
