import { and, bv, not } from '../../model/terms/build.js'
import { step, type SymEvent } from '../../model/index.js'
import { at } from '../../proofs/observe.js'
import { last, type Script, type Template } from '../../proofs/run.js'
import { inFake } from '../cases.js'
import { changed, seen, taskOf } from '../fields.js'
import type { Principle, Probe } from '../principle.js'
import { shifted } from '../shifted.js'
import { eret, handler, irq, leave, named, svc, widths, type Call, type Width } from '../scripts.js'

const enter: Template = { kind: 'trace_enter', task: 'A' }
const exit: Template = { kind: 'trace_exit', task: 'A' }
const resume: Template = { kind: 'resume', task: 'A' }

/** The same call with a tracer that only lets it go on, and without one. */
const compared = (bits: Width, call: Call): Probe => {
  const traced: Script = [svc('A'), enter, resume, handler('A', call), exit, resume, leave('A'), eret('A')]
  const plain: Script = [svc('A'), handler('A', call), leave('A'), eret('A')]
  return {
    event: `a traced call (${call})`, variant: `${named(bits)} task`,
    tasks: [{ bits, TIF_SYSCALL_TRACE: true }], script: traced,
    second: {
      label: 'without a tracer', script: plain, tasks: [{ bits, TIF_SYSCALL_TRACE: false }],
      tie: shifted(traced, plain),
    },
    situation: ({ first, second }) => and(at(taskOf(last(first), 'A'), 'el0'), at(taskOf(last(second!), 'A'), 'el0')),
    aspects: ({ first, second }) => changed(seen(taskOf(last(second!), 'A'), last(second!).cpus[0]!), seen(taskOf(last(first), 'A'), last(first).cpus[0]!)),
    cases: ({ first }) => [inFake('the task', taskOf(first.states[1]!, 'A'))],
  }
}
/** A filter looks at every call, a tracer's or not. */
const filtered = (bits: Width): Probe => ({
  event: 'the report of a call to a tracer', variant: `${named(bits)} task`,
  tasks: [{ bits, TIF_SYSCALL_TRACE: true }], script: [svc('A'), enter, resume],
  situation: ({ first }) => at(taskOf(last(first), 'A'), 'entered'),
  aspects: ({ first, kernel }) => {
    const filter: SymEvent = { kind: 'seccomp', task: 'A', action: 'kill', data: bv(16, 0) }
    return [{ field: 'the seccomp filter', broken: not(step(kernel, first.config, last(first), filter).enabled) }]
  },
})

/** A stop of a task that is only interrupted. */
const stopped = (bits: Width): Probe => {
  const script: Script = [irq('A'), { kind: 'stop', task: 'A' }, resume, eret('A')]
  const plain: Script = [irq('A'), eret('A')]
  return {
    event: 'a stop for a tracer', variant: `${named(bits)} task`, tasks: [{ bits }], script,
    second: { label: 'without the stop', script: plain, tie: shifted(script, plain) },
    aspects: ({ first, second }) => changed(seen(taskOf(last(second!), 'A'), last(second!).cpus[0]!), seen(taskOf(last(first), 'A'), last(first).cpus[0]!)),
  }
}
/** A software step that the tracer only looks at. */
const stepped = (bits: Width): Probe => ({
  event: 'a single step', variant: `${named(bits)} task`,
  tasks: [{ bits }], script: [{ kind: 'step', task: 'A' }, resume, eret('A')],
  situation: ({ first }) => at(taskOf(last(first), 'A'), 'el0'),
  aspects: ({ first }) => changed(seen(taskOf(first.states[0]!, 'A'), first.states[0]!.cpus[0]!), seen(taskOf(last(first), 'A'), last(first).cpus[0]!)).filter((a) => a.field !== 'PSTATE.SS'),
})

export const tracing: Principle = {
  name: 'tracing',
  sentence: 'Whether a tracer looks on makes no difference to a call, nor to the filter that it is put to.',
  probes: () => widths.flatMap((w) => [...(['other', 'ni', 'execve 64', 'execve 32'] as const).map((c) => compared(w, c)), filtered(w), stopped(w), stepped(w)]),
  says: (event, fields) => `${event} makes a difference to ${fields}`,
}
