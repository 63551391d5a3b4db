/** A one-task shape again, its task the child of a fake clone: how a 64-bit task comes to have the per-call flag outside a call. */
import type { Runs, Shape } from '../../claim.js'
import { and, inFakeCall, not, task, type Bool } from '../../observe.js'
import type { Run, Template } from '../../run.js'

const START = 5
const everyArgument = ['regs[0]', 'regs[1]', 'regs[2]', 'regs[3]', 'regs[7]', 'regs[8]']

/** Replaces A by B in an event. */
const moved = (t: Template): Template => JSON.parse(JSON.stringify(t, (key, v: unknown) => ['task', 'from'].includes(key) && v === 'A' ? 'B' : v)) as Template
/** The end of the run with B as its only task, called A. */
const seen = (r: Run): Run => ({ ...r, states: r.states.slice(START).map((s) => ({ cpus: s.cpus, tasks: [s.tasks[1]!] })), events: r.events.slice(START) })

export function asChild(shape: Shape): Shape {
  const inner = (f: (r: Runs) => Bool) => (r: Runs): Bool => f({ ...r, first: seen(r.first) })
  return {
    name: `${shape.name}, by the child of a fake clone`,
    tasks: [{ bits: 64 }, { bits: 0 }],
    script: [
      { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' },
      { kind: 'user', task: 'B', writes: everyArgument }, ...shape.script.map(moved),
    ],
    situation: (r) => and(inFakeCall(task(r.first.states[1]!, 'A')), not(task(r.first.states[0]!, 'A').compat_call), inner(shape.situation)(r)),
    property: inner(shape.property),
  }
}
