import { and } from '../../model/terms/build.js'
import { at } from '../../proofs/observe.js'
import { last, type Script } from '../../proofs/run.js'
import { changed, seen, taskOf } from '../fields.js'
import type { Principle, Probe } from '../principle.js'
import { argumentRegisters, eret, handler, irq, leave, named, operation, svc, switchTo, user, widths, type Width } from '../scripts.js'

/** How A leaves the CPU, and what it still has to do when it has it again. */
const stays: readonly { name: string, before: Script, after: Script }[] = [
  { name: 'is interrupted', before: [irq('A')], after: [] },
  { name: 'is switched out before its handler runs', before: [svc('A')], after: [handler('A', 'other'), leave('A')] },
  { name: 'sleeps in a call', before: [svc('A'), handler('A', 'other')], after: [leave('A')] },
  { name: 'is switched out in the call before it execs a 64-bit image', before: [svc('A')], after: [handler('A', 'execve 64'), leave('A')] },
  { name: 'is switched out in the call before it execs a 32-bit image', before: [svc('A')], after: [handler('A', 'execve 32'), leave('A')] },
]
const ofModule: typeof stays = [{ name: 'is switched out in an operation of the module', before: [svc('A'), operation('A')], after: [handler('A', 'other'), leave('A')] }]
const turn: Script = [eret('B'), user('B', ...argumentRegisters), svc('B'), handler('B', 'other'), leave('B')]
/** All data that B has. */
const ofB = /^tasks\[1\]\.(regs|vregs|sp$|pc$|pstate$|tp_value|tp2_value|frame|buf|orig_x0|blocked|syscallno|fps|fpc|restart|compat_call)/

const probe = (a: Width, b: Width) => ({ name, before, after }: typeof stays[number]): Probe => {
  const script = [...before, switchTo('A', 'B'), ...turn, switchTo('B', 'A'), ...after, eret('A')]
  const events = new Set(script.flatMap((e, i) => 'task' in e && e.task === 'B' ? [`e${i}`] : []))
  return {
    event: `a task ${name}`, variant: `${named(a)} task, the other ${named(b)}`,
    tasks: [{ bits: a }, { bits: b }], script,
    second: { label: 'the other task has other data', tie: (path) => ofB.test(path) || events.has(path.split('.')[0]!) ? 'free' : undefined },
    situation: ({ first, second }) => and(at(taskOf(last(first), 'A'), 'el0'), at(taskOf(last(second!), 'A'), 'el0')),
    aspects: ({ first, second }) => changed(seen(taskOf(last(first), 'A'), last(first).cpus[0]!), seen(taskOf(last(second!), 'A'), last(second!).cpus[0]!)),
  }
}

export const disclosure: Principle = {
  name: 'disclosure',
  sentence: 'No task can read what is another\'s.',
  probes: (k) => widths.flatMap((a) => widths.flatMap((b) => [...stays, ...k.flag.ofModule && a === 64 ? ofModule : []].map(probe(a, b)))),
  says: (event, fields) => `${event}, and then finds in ${fields} what another task's data decide`,
}
