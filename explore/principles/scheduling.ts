import { and } from '../../model/terms/build.js'
import { at } from '../../proofs/observe.js'
import { last, type Script } from '../../proofs/run.js'
import { changed, seen, taskOf } from '../fields.js'
import type { Principle, Probe } from '../principle.js'
import { shifted } from '../shifted.js'
import { calls, eret, handler, irq, leave, named, operation, svc, switchTo, widths, wholeCall, type Width } from '../scripts.js'

/** A run of A in which `away` stands where it may be switched away. */
interface Path { readonly name: string, readonly before: Script, readonly after: Script }
const paths: readonly Path[] = [
  { name: 'an interrupt', before: [irq('A')], after: [] },
  ...calls.filter((c) => !['clone', 'clone3', 'rt_sigreturn', 'sigreturn'].includes(c)).map((c) => ({ name: `a call (${c})`, before: wholeCall('A', c), after: [] })),
  { name: 'a call, before its handler', before: [svc('A')], after: [handler('A', 'other'), leave('A')] },
  { name: 'a call, in its handler', before: [svc('A'), handler('A', 'other')], after: [leave('A')] },
  { name: 'execve of a 64-bit image, in its handler', before: [svc('A'), handler('A', 'execve 64')], after: [leave('A')] },
  { name: 'execve of a 32-bit image, in its handler', before: [svc('A'), handler('A', 'execve 32')], after: [leave('A')] },
]
const ofModule: readonly Path[] = [{ name: 'the beginning of an operation of the module', before: [svc('A'), operation('A')], after: [handler('A', 'other'), leave('A')] }]
const away: Script = [switchTo('A', 'B'), switchTo('B', 'A')]

const probe = (a: Width, b: Width) => ({ name, before, after }: Path): Probe => {
  const plain: Script = [...before, ...after, eret('A')]
  const script: Script = [...before, ...away, ...after, eret('A')]
  return {
    event: `a context switch after ${name}`, variant: `${named(a)} task, the other ${named(b)}`,
    tasks: [{ bits: a }, { bits: b }], script,
    second: { label: 'without the switch', script: plain, tie: shifted(script, plain) },
    situation: ({ first, second }) => and(at(taskOf(last(first), 'A'), 'el0'), at(taskOf(last(second!), 'A'), 'el0')),
    aspects: ({ first, second }) => changed(seen(taskOf(last(second!), 'A'), last(second!).cpus[0]!), seen(taskOf(last(first), 'A'), last(first).cpus[0]!)),
  }
}
export const scheduling: Principle = {
  name: 'scheduling',
  sentence: 'Whether a task was switched out and in again makes no difference to it.',
  probes: (k) => widths.flatMap((a) => widths.flatMap((b) => [...paths, ...k.flag.ofModule && a === 64 ? ofModule : []].map(probe(a, b)))),
  says: (event, fields) => `${event} changes ${fields} of the task that comes back`,
}
