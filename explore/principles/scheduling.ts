import { and } from '../../model/terms/build.js'
import { at } from '../../proofs/observe.js'
import { last, variable, type Script, type Template } from '../../proofs/run.js'
import { changed, seen, taskOf } from '../fields.js'
import type { Principle, Probe } from '../principle.js'
import { calls, eret, handler, irq, leave, named, svc, switchTo, widths, wholeCall, type Width } from '../scripts.js'

/** A run of A in which `away` stands where it may be switched away. */
interface Path { readonly name: string, readonly before: Script, readonly after: Script }
const paths: readonly Path[] = [
  { name: 'an interrupt', before: [irq('A')], after: [] },
  ...calls.filter((c) => !['clone', 'rt_sigreturn', 'sigreturn'].includes(c)).map((c) => ({ name: `a call (${c})`, before: wholeCall('A', c), after: [] })),
  { name: 'a call, before its handler', before: [svc('A')], after: [handler('A', 'other'), leave('A')] },
  { name: 'a call, in its handler', before: [svc('A'), handler('A', 'other')], after: [leave('A')] },
  { name: 'execve of a 64-bit image, in its handler', before: [svc('A'), handler('A', 'execve 64')], after: [leave('A')] },
  { name: 'execve of a 32-bit image, in its handler', before: [svc('A'), handler('A', 'execve 32')], after: [leave('A')] },
]
const away: Script = [switchTo('A', 'B'), switchTo('B', 'A')]

const probe = (a: Width, b: Width) => ({ name, before, after }: Path): Probe => {
  const script: Template[] = [...before, ...after, eret('A')]
  const at0 = before.length
  return {
    event: `a context switch after ${name}`, variant: `${named(a)} task, the other ${named(b)}`,
    tasks: [{ bits: a }, { bits: b }], script: [...before, ...away, ...after, eret('A')],
    second: {
      label: 'without the switch', script,
      // the events after the switch have the same numbers in them
      tie: (path) => {
        const e = /^e(\d+)\.(.*)$/.exec(path)
        if (e === null || Number(e[1]) < at0) return undefined
        return variable(widthOf(e[2]!), `e${Number(e[1]) + away.length}.${e[2]}`)
      },
    },
    situation: ({ first, second }) => and(at(taskOf(last(first), 'A'), 'el0'), at(taskOf(last(second!), 'A'), 'el0')),
    aspects: ({ first, second }) => changed(seen(taskOf(last(second!), 'A'), last(second!).cpus[0]!), seen(taskOf(last(first), 'A'), last(first).cpus[0]!)),
  }
}
const widthOf = (key: string): number => key === 'result' ? 64 : key === 'restart' ? 8 : key === 'imm' ? 16 : key === 'upper' ? 15 : key === 'mte_async_fault' ? 0 : 64

export const scheduling: Principle = {
  name: 'scheduling',
  sentence: 'Whether a task was switched out and in again makes no difference to it.',
  probes: () => widths.flatMap((a) => widths.flatMap((b) => paths.map(probe(a, b)))),
  says: (event, fields) => `${event} changes ${fields} of the task that comes back`,
}
