/** How a 64-bit task comes to EL0 in AArch32 state, on a kernel that lets it: what a claim says of a call from there is then shown from exec. */
import type { Shape } from '../claim.js'
import { and, at, startsClean, task, type Bool } from '../observe.js'
import type { Run, Script, Template } from '../run.js'

const svc = { kind: 'svc', task: 'A' } as const
const leave: Script = [{ kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' }]
const writes = (...paths: string[]): Template => ({ kind: 'user', task: 'A', writes: paths })
const signal = { kind: 'signal', task: 'A' } as const
const signalled: Script = [svc, signal, signal, { kind: 'eret', task: 'A' }]

interface Way { readonly name: string, readonly script: Script, readonly taken: (first: Run) => Bool }
const ended = (first: Run): Bool => at(task(first.states[1]!, 'A'), 'returning')

/** A fake rt_sigreturn with a PSR for PSTATE. */
const bySigreturn: Way = { name: 'after a fake rt_sigreturn', script: [svc, { kind: 'handler', task: 'A', call: 'rt_sigreturn' }, ...leave], taken: (first) => at(task(first.states[1]!, 'A'), 'entered') }
/**
 * The signal of a tag fault that ended a fake call at once, whose flag stays: its frame is a compat one, and valid_user_regs() makes PSTATE
 * one of AArch32, with an error; the SIGSEGV that is forced then is delivered as to a 32-bit task.
 */
const bySignal: Way = { name: 'after the signals of a fake call that a tag fault ended', script: [...signalled, writes('regs[0]')], taken: ended }
/** The same, and a call that clears the flag. */
const withoutFlag: Way = { name: 'after the signals of a fake call that a tag fault ended, and a call', script: [...signalled, svc, { kind: 'handler', task: 'A', call: 'other' }, ...leave, writes(...Array.from({ length: 8 }, (_, i) => `regs[${i}]`))], taken: ended }

/** The shape's events after each way. */
export const fromAarch32State = (shape: Shape): Shape[] => [bySigreturn, bySignal, withoutFlag].map((way) => {
  const rest = (r: Run): Run => ({ ...r, states: r.states.slice(way.script.length), events: r.events.slice(way.script.length) })
  return {
    name: `${shape.name}, ${way.name}`,
    tasks: shape.tasks,
    script: [...way.script, ...shape.script],
    situation: (r) => and(startsClean(r.first.states[0]!), way.taken(r.first), shape.situation({ ...r, first: rest(r.first) })),
    property: (r) => shape.property({ ...r, first: rest(r.first) }),
  }
})

/** The shape, with these as the longer ones that lead to it from exec. */
export const alsoFromAarch32State = (shape: Shape): Shape => ({ ...shape, fromExec: () => fromAarch32State(shape) })
