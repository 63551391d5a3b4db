import { and, eq, is, lower32, not, or, xor } from '../../model/terms/build.js'
import type { BV } from '../../model/terms/term.js'
import type { SymTask } from '../../model/index.js'
import { compat, errno, native } from '../../model/syscalls/numbers.table.js'
import { at, inCompatCall } from '../../proofs/observe.js'
import { last, type Template } from '../../proofs/run.js'
import { inFake } from '../cases.js'
import { differ, taskOf } from '../fields.js'
import type { Principle, Probe } from '../principle.js'
import { eret, named, svc, wholeCall, widths, type Width } from '../scripts.js'

const restart: Template = { kind: 'restart', task: 'A' }
/** Interrupted without a signal to deliver: the SVC runs again by itself. */
const probe = (bits: Width, block: boolean): Probe => ({
  event: block ? 'a call that goes on by restart_syscall' : 'a call that is made again', variant: `${named(bits)} task`,
  tasks: [{ bits }], script: [...wholeCall('A', 'other'), restart, eret('A'), svc('A')],
  situation: ({ first }) => {
    const [call, el0, again] = [1, 5, 6].map((i) => taskOf(first.states[i]!, 'A')) as [SymTask, SymTask, SymTask]
    const [made, made2, result] = [first.events[0]!, first.events[5]!, first.events[1]!]
    if (made.kind !== 'svc' || made2.kind !== 'svc' || result.kind !== 'handler' || result.call !== 'other') throw new Error('not the script of a restart')
    // do_signal looks at an int
    const blocked = is(lower32(result.result as BV<64>), 0x1_0000_0000n - BigInt(errno.ERESTART_RESTARTBLOCK))
    // pc went back to the SVC: it is the same instruction
    return and(at(el0, 'el0'), not(eq(el0.pc, call.pc)), block ? blocked : not(blocked), at(again, 'entered'), eq(made.imm as BV<16>, made2.imm as BV<16>))
  },
  aspects: ({ first }) => {
    const [call, again] = [taskOf(first.states[1]!, 'A'), taskOf(last(first), 'A')]
    const restartNumber = or(and(inCompatCall(again), is(again.syscallno, compat.restart_syscall)), and(not(inCompatCall(again)), is(again.syscallno, native.restart_syscall)))
    return [
      { field: 'table', broken: xor(inCompatCall(call), inCompatCall(again)) },
      { field: 'number', broken: block ? not(restartNumber) : not(eq(call.syscallno, again.syscallno)) },
      ...block ? [] : [{ field: 'arguments', broken: or(...call.regs.slice(0, 6).map((v, i) => differ(v, again.regs[i]!))) }],
    ]
  },
  cases: ({ first }) => [inFake('the task', taskOf(first.states[1]!, 'A'))],
})

export const restartedCall: Principle = {
  name: 'restart',
  sentence: 'A call that was interrupted comes back as the same call.',
  probes: () => widths.flatMap((w) => [probe(w, false), probe(w, true)]),
  says: (event, fields) => `${event} comes back with another ${fields}`,
}
