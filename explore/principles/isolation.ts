import { and } from '../../model/terms/build.js'
import { at } from '../../proofs/observe.js'
import { last, type Script, type Template } from '../../proofs/run.js'
import { changed, seen, taskOf } from '../fields.js'
import type { Principle, Probe } from '../principle.js'
import { absent, argumentRegisters, calls, eret, handler, irq, leave, makesTask, named, operation, svc, switchTo, user, widths, type Width } from '../scripts.js'

/** B runs, and makes a call that ends with `by`. */
const call = (by: Template): Template[] => [eret('B'), user('B', ...argumentRegisters), svc('B'), by, leave('B')]
/** What B does while it has the CPU, from the return-to-user loop to a preemption point. */
const turns: readonly { name: string, script: Script, child?: true }[] = [
  { name: 'another task has its turn', script: [] },
  { name: 'another task runs', script: [eret('B'), user('B', ...argumentRegisters), irq('B')] },
  { name: 'another task is preempted in a call', script: [eret('B'), user('B', ...argumentRegisters), svc('B')] },
  ...calls.filter((c) => !makesTask(c)).map((c) => ({ name: `another task calls ${c}`, script: call(handler('B', c)) })),
  ...(['errno', 'trap'] as const).map((action) => ({ name: `a filter refuses another task's call (${action})`, script: call({ kind: 'seccomp', task: 'B', action }) })),
  { name: 'another task is delivered a signal', script: [eret('B'), user('B', ...argumentRegisters), irq('B'), { kind: 'signal', task: 'B' }] },
  { name: 'another task has a call restarted', script: [...call(handler('B', 'other')), { kind: 'restart', task: 'B' }] },
  { name: 'another task clones', child: true, script: call(handler('B', 'clone', 'C')) },
  { name: 'another task calls clone3', child: true, script: call(handler('B', 'clone3', 'C')) },
]

const ofModule: typeof turns = [{ name: 'another task is preempted in an operation of the module', script: [eret('B'), user('B', ...argumentRegisters), svc('B'), operation('B')] }]

const probe = (a: Width, b: Width) => ({ name, script, child }: typeof turns[number]): Probe => ({
  event: name, variant: `${named(a)} task, the other ${named(b)}`,
  tasks: [{ bits: a }, { bits: b }, ...child ? [absent] : []],
  script: [irq('A'), switchTo('A', 'B'), ...script, switchTo('B', 'A'), eret('A')],
  situation: ({ first }) => and(at(taskOf(last(first), 'A'), 'el0')),
  aspects: ({ first }) => changed(seen(taskOf(first.states[0]!, 'A'), first.states[0]!.cpus[0]!), seen(taskOf(last(first), 'A'), last(first).cpus[0]!)),
})

export const isolation: Principle = {
  name: 'isolation',
  sentence: 'Nothing that one task does changes what another one has.',
  probes: (k) => widths.flatMap((a) => widths.flatMap((b) => [...turns, ...k.flag.ofModule && b === 64 ? ofModule : []].map(probe(a, b)))),
  says: (event, fields) => `${event} in between, and a task that was only interrupted finds another ${fields} than it had`,
}
