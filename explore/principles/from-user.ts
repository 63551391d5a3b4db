import { and } from '../../model/terms/build.js'
import { at } from '../../proofs/observe.js'
import { last, type Script } from '../../proofs/run.js'
import type { TaskName } from '../../trace/state.js'
import { changed, seen, taskOf } from '../fields.js'
import { inFake } from '../cases.js'
import type { Principle, Probe } from '../principle.js'
import { absent, eret, handler, leave, named, svc, switchTo, wholeCall, widths, type Width } from '../scripts.js'

/** What a frame leaves open is what the kernel stack held. */
const residue = (bits: Width, call: 'rt_sigreturn' | 'sigreturn'): Probe => ({
  event: `a return by ${call}`, variant: `${named(bits)} task`,
  tasks: [{ bits }], script: [...wholeCall('A', call), eret('A')],
  second: { label: 'the kernel stack held something else', tie: (path) => /^e\d+\.residue/.test(path) ? 'free' : undefined },
  situation: ({ first, second }) => and(at(taskOf(last(first), 'A'), 'el0'), at(taskOf(last(second!), 'A'), 'el0')),
  aspects: ({ first, second }) => changed(seen(taskOf(last(first), 'A'), last(first).cpus[0]!), seen(taskOf(last(second!), 'A'), last(second!).cpus[0]!)),
  cases: ({ first }) => [inFake('the task', taskOf(first.states[1]!, 'A'))],
})

/** All that a program has of its own before exec. Signal mask, tracer and the rest that exec keeps by the ABI are the same. */
const life = /^tasks\[0\]\.(regs|vregs|sp$|pc$|pstate$|tp_value|tp2_value|frame|buf|orig_x0|syscallno|fps|fpc|restart_fn|compat_call)|^cpus\[0\]\.(TPIDR|CNTKCTL)/

/** Two programs that were different until they exec the same image; `before` may even have another width. */
const exec = (was: Width, other: Width, bits: Width, away: boolean): Probe => {
  const script: Script = [...wholeCall('A', bits === 64 ? 'execve 64' : 'execve 32'), ...away ? [switchTo('A', 'B'), switchTo('B', 'A')] : [], eret('A')]
  return {
    event: `execve of a ${bits}-bit image${away ? ', then a switch away and back' : ''}`, variant: `by a ${named(was)} task, and by a ${named(other)} one`,
    tasks: [{ bits: was }, ...away ? [{ bits: 64 } as const] : []], script,
    second: { label: 'another program execs the same image', tasks: [{ bits: other }, ...away ? [{ bits: 64 } as const] : []], tie: (path) => life.test(path) ? 'free' : undefined },
    situation: ({ first, second }) => and(at(taskOf(last(first), 'A'), 'el0'), at(taskOf(last(second!), 'A'), 'el0')),
    aspects: ({ first, second }) => changed(seen(taskOf(last(first), 'A'), last(first).cpus[0]!), seen(taskOf(last(second!), 'A'), last(second!).cpus[0]!)),
  }
}

/** A thread that is given a TLS and a stack finds them, whatever its parent had in the shadows. */
const child = (bits: Width, call: 'clone' | 'clone3'): Probe => ({
  event: call, variant: `${named(bits)} task`,
  tasks: [{ bits }, absent],
  script: [svc('A'), handler('A', call), leave('A'), switchTo('A', 'B'), eret('B')],
  second: { label: 'the kernel keeps other shadows', tie: (path) => /^tasks\[0\]\.(tp_value|tp2_value|orig_x0|syscallno|restart_fn)$/.test(path) ? 'free' : undefined },
  situation: ({ first, second }) => and(...([first, second!] as const).map((r) => at(taskOf(last(r), 'B' satisfies TaskName), 'el0'))),
  aspects: ({ first, second }) => changed(seen(taskOf(last(first), 'B'), last(first).cpus[0]!), seen(taskOf(last(second!), 'B'), last(second!).cpus[0]!)),
})

export const fromUser: Principle = {
  name: 'from-user',
  sentence: 'What reaches EL0 is a function of what user space provided.',
  probes: () => [
    residue(64, 'rt_sigreturn'), residue(64, 'sigreturn'), residue(32, 'rt_sigreturn'), residue(32, 'sigreturn'),
    ...widths.flatMap((bits) => [false, true].flatMap((away) => [exec(64, 64, bits, away), exec(32, 32, bits, away), exec(64, 32, bits, away)])),
    ...widths.flatMap((w) => [child(w, 'clone'), child(w, 'clone3')]),
  ],
  says: (event, fields) => `${event} brings into ${fields} what the kernel had left there and no program asked for`,
}
