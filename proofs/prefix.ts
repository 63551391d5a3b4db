/** Extends a trace to a run from exec, where one of the recipes below leads to its first state. */
import { concretise, step, symConfig, symEvent, symState, type Kernel, type SymState } from '../model/index.js'
import { initialState, specOf, taskNames, type State, type TaskName } from '../trace/state.js'
import { userPath, type Event } from '../trace/events.js'
import { differences, type Trace } from '../trace/trace.js'

/** The same trace from exec, or the trace as it is. */
export function fromExec(k: Kernel, trace: Trace): Trace {
  const goal = trace.states[0]!
  const bits = goal.tasks.map((t) => t.at === 0n ? 0 : t.TIF_32BIT ? 32 : 64)
  const start = initialState(bits as (64 | 32 | 0)[], trace.config, k.flag.setFor32)
  for (const recipe of [single, perTask]) {
    const states = follow(k, trace, start, recipe(start, goal))
    if (states !== undefined && differences(states[states.length - 1]!, goal).length === 0) {
      const events = recipe(start, goal)
      return { ...trace, start: 'exec', states: [...states, ...trace.states.slice(1)], events: [...events, ...trace.events] }
    }
  }
  return trace
}

/** The states along some events, or undefined where one of them is not possible. */
export function follow(k: Kernel, trace: Pick<Trace, 'config'>, start: State, events: readonly Event[]): State[] | undefined {
  const states = [start]
  let s: SymState = symState(start)
  const config = symConfig(trace.config)
  const closed = (name: string): never => { throw new Error(`free variable ${name} in a concrete run`) }
  for (const e of events) {
    const next = step(k, config, s, symEvent(e))
    if (next.enabled.op !== 'true') return undefined
    s = next.state
    const reached = concretise(specOf(s), s as never, closed) as State
    asTerms.set(reached, s)
    states.push(reached)
  }
  return states
}

/** The states of runs that were followed, as the terms that they were then. */
const asTerms = new WeakMap<State, SymState>()
export const symbolicState = (s: State): SymState => {
  const known = asTerms.get(s) ?? symState(s)
  asTerms.set(s, known)
  return known
}

/** What the program of a task has to write so that its registers and memory are as wanted. */
function writes(from: State, to: State, i: number): Event | undefined {
  const set: Record<string, bigint> = {}
  for (const d of differences({ cpus: [], tasks: [from.tasks[i]!] }, { cpus: [], tasks: [to.tasks[i]!] })) {
    const path = d.path.replace(/^tasks\[0\]\./, '')
    if (userPath.test(path) && typeof d.to === 'bigint') set[path] = d.to
  }
  const live = to.cpus[0]!.current === BigInt(i)
  const tpidr = live ? to.cpus[0]!.TPIDR_EL0 : to.tasks[i]!.TIF_32BIT ? to.tasks[i]!.tp2_value : to.tasks[i]!.tp_value
  if (tpidr !== 0n) set['TPIDR_EL0'] = tpidr
  return Object.keys(set).length === 0 ? undefined : { kind: 'user', task: taskNames[i]!, set }
}
const writesOf = (e: Event | undefined): Record<string, bigint> => e?.kind === 'user' ? e.set : {}
const some = (e: Event | undefined): Event[] => e === undefined ? [] : [e]

const irq = (task: TaskName): Event => ({ kind: 'irq', task, upper: 0n, mte_async_fault: false })
/** A tracer lets A go on in the way that sets the flag it has to have. */
function resumed({ TIF_SYSCALL_TRACE, TIF_SINGLESTEP }: State['tasks'][number]): Event[] {
  if (!TIF_SYSCALL_TRACE && !TIF_SINGLESTEP) return []
  return [irq('A'), { kind: 'stop', task: 'A' }, { kind: 'resume', task: 'A', with: TIF_SYSCALL_TRACE ? 'syscall' : 'singlestep' }, { kind: 'eret', task: 'A' }]
}

/** Task A writes what differs. */
const single = (start: State, goal: State): Event[] => [...resumed(goal.tasks[0]!), ...some(writes(start, goal, 0))]

/** Every other task gets its turn: it writes, stops if it has to; then A writes. */
function perTask(start: State, goal: State): Event[] {
  const events: Event[] = resumed(goal.tasks[0]!)
  // the shadow of A's own TLS register keeps what was in it at the last switch
  const a = goal.tasks[0]!
  const shadow = a.TIF_32BIT ? a.tp2_value : a.tp_value
  if (shadow !== 0n) events.push({ kind: 'user', task: 'A', set: { TPIDR_EL0: shadow } })
  let where: TaskName = 'A'
  const go = (to: TaskName): void => { if (where !== to) events.push({ kind: 'switch', from: where, to }); where = to }
  events.push(irq('A'))
  goal.tasks.forEach((t, i) => {
    const name = taskNames[i]!
    const w = writes(start, goal, i)
    if (i === 0 || t.at === 0n || (w === undefined && !t.stopped)) return
    go(name)
    if (w !== undefined) events.push({ kind: 'eret', task: name }, w, irq(name))
    if (t.stopped) events.push({ kind: 'stop', task: name })
  })
  const other = goal.tasks.findIndex((t, i) => i > 0 && t.at !== 0n && !t.stopped)
  if (shadow !== 0n && where === 'A' && other > 0) go(taskNames[other]!)
  go('A')
  if (shadow !== 0n) {
    events.push({ kind: 'eret', task: 'A' }, { kind: 'user', task: 'A', set: { TPIDR_EL0: goal.cpus[0]!.TPIDR_EL0, ...writesOf(writes(start, goal, 0)) } })
    return events
  }
  events.push({ kind: 'eret', task: 'A' }, ...some(writes(start, goal, 0)))
  return events
}
