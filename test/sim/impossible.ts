/**
 * Events offered where they are mostly impossible: in the states of random runs, task A is given every kind of event that any task had so far
 * (a handler of another number, `die` with nothing forced, a tracer's report without a tracer), and the same once more after one thing in the
 * state was changed. Random runs choose what is likely to be possible and seldom ask this.
 */
import { seededChoices, type Choices } from '../../sim/choices.js'
import { NotEnabled, kernelOf, simulateWith } from '../../sim/index.js'
import { copyTask } from '../../sim/machine.js'
import { pick, randomConfig, randomEvent, randomStart } from '../../sim/random.js'
import { place, table, taskNames, type Config, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { bothKernels } from './soak.js'

export interface Offer { readonly kernel: string, readonly config: Config, readonly state: State, readonly event: Event }

const STEPS = 40, MOST_OF_A_KIND = 6

/** What it is, without who and with which numbers. */
const kindOf = (e: Event): string => Object.entries(e).filter(([k, v]) => (typeof v === 'string' || typeof v === 'number') && !['task', 'from', 'to', 'target', 'child'].includes(k)).map(([, v]) => v).join(' ')

/** The same done by A: to a task that is stopped, with a child that is not there yet, where the state has such tasks. */
function byA(e: Event, s: State): Event {
  const first = (holds: (t: Task) => boolean, otherwise: number): (typeof taskNames)[number] => {
    const i = s.tasks.findIndex((t, n) => n > 0 && holds(t))
    return taskNames[i < 0 ? otherwise : i]!
  }
  if (e.kind === 'switch') return { ...e, from: 'A', to: first((t) => !t.stopped && t.at >= place.entered, 1) }
  // from AArch64 no upper half is a choice: the simulator refuses one, the model does not look at it
  if (e.kind === 'svc' || e.kind === 'irq' || e.kind === 'step') return { ...e, task: 'A', upper: (s.tasks[0]!.pstate & 0x10n) === 0n ? 0n : e.upper }
  if (e.kind !== 'handler') return { ...e, task: 'A' }
  if (e.call === 'ptrace') return { ...e, task: 'A', target: first((t) => t.stopped, 1) }
  if (e.call === 'clone' || e.call === 'clone3') return { ...e, task: 'A', child: first((t) => t.at === place.absent, 1) }
  return { ...e, task: 'A' }
}

/** One thing of A that an event may ask about, changed to what a run can have there as well. */
const changes: readonly ((t: Task, c: Choices) => void)[] = [
  (t) => { t.stopped = !t.stopped },
  (t, c) => { t.syscallno = BigInt(pick(c, [139, 117, 220, 435, 221, 222, 167, 119, 173, 26, 120, 11, 192, 172, 29, 4, 0xffffffff])) },
  (t, c) => { if (t.signo === 0n) t.signo = BigInt(pick(c, [11, 4, 31])) },
  (t) => { t.TIF_SYSCALL_TRACE = !t.TIF_SYSCALL_TRACE },
  (t, c) => { t.at = pick(c, t.table === table.none ? [place.el0, place.returning] : [place.entered, place.handled]) },
]

/** `runs` random runs of each kernel that both have; the same for the same seed. */
export function impossible(seed: number, runs: number): Offer[] {
  const out: Offer[] = [], c = seededChoices(seed)
  for (const kernel of bothKernels) {
    const k = kernelOf(kernel), seen = new Map<string, Event[]>()
    for (let run = 0; run < runs; run++) {
      const config = randomConfig(c)
      let state = randomStart(c, config, k)
      for (let i = 0; i < STEPS; i++) {
        const event = randomEvent(c, state, config, k)
        if (event === undefined) break
        const kind = kindOf(event), before = seen.get(kind) ?? []
        seen.set(kind, [event, ...before].slice(0, MOST_OF_A_KIND))
        if (state.cpus.length === 1 && state.cpus[0]!.current === 0n) out.push(...offers(kernel, config, state, seen, c))
        try { state = simulateWith(k, config, state, event) } catch (e) { if (!(e instanceof NotEnabled)) throw e }
      }
    }
  }
  return out
}

/** A few kinds in this state, and one in the state with a change. */
function offers(kernel: string, config: Config, state: State, seen: ReadonlyMap<string, readonly Event[]>, c: Choices): Offer[] {
  const kinds = [...seen.values()]
  const offer = (s: State): Offer => ({ kernel, config, state: s, event: byA(pick(c, pick(c, kinds)), s) })
  const t = copyTask(state.tasks[0]!)
  pick(c, changes)(t, c)
  return [offer(state), offer(state), offer(state), offer({ cpus: state.cpus, tasks: [t, ...state.tasks.slice(1)] })]
}
