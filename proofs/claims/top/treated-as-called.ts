import type { Claim, Shape } from '../../claim.js'
import { and, bv, eq, iff, inCompatCall, is, lower32, task, type BV } from '../../observe.js'
import { iteBool, True } from '../../../model/terms/build.js'
import { asChild } from './as-child.js'
import { withChild } from '../scripts.js'
import type { Script, TaskStart } from '../../run.js'
import { auditArch } from '../../../model/syscalls/numbers.table.js'
import type { TaskName } from '../../../trace/state.js'

/** The last two events are a call of `who` and its ordinary handler. */
const shape = (name: string, who: TaskName, tasks: readonly TaskStart[], before: Script): Shape => {
  const script: Script = [...before, { kind: 'svc', task: who }, { kind: 'handler', task: who, call: 'other' }]
  return {
    name, tasks, script,
    situation: () => True,
    property: ({ first }) => {
      const call = task(first.states[script.length - 1]!, who)
      const done = task(first.states[script.length]!, who)
      const e = first.events[script.length - 1]!
      const result = e.kind === 'handler' && e.call === 'other' ? e.result as BV<64> : bv(64, 0)
      return and(
        iff(is(call.audit_arch, auditArch.arm), inCompatCall(call)),
        // a native result comes whole; of a compat one the lower half counts
        iteBool(inCompatCall(call), eq(lower32(done.regs[0]!), lower32(result)), eq(done.regs[0]!, result)))
    },
  }
}

const withChild64 = (s: Shape): Shape => ({ ...s, fromExec: () => asChild(s) })
const again = (bits: 64 | 32): Script => [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' }]

export const condition: Claim = {
  id: 'top/treated-as-called',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'The kernel treats a native call natively and a compat call as compat.',
  source: 'docs/broken-behaviour.md',
  inWords: {
    situation: 'a task makes a call: from its own state, after an exec, or as the child of a clone',
    property: 'AUDIT_ARCH is that of the table the number is looked up in; the result of a native call arrives whole',
  },
  emulator: 'A',
  shapes: [
    withChild64(shape('a 64-bit task\'s call', 'A', [{ bits: 64 }], [])),
    shape('a 32-bit task\'s call', 'A', [{ bits: 32 }], []),
    shape('after exec of a 64-bit image', 'A', [{ bits: 64 }], again(64)),
    shape('after exec of a 32-bit image', 'A', [{ bits: 64 }], again(32)),
    shape('after exec of a 64-bit image by a 32-bit one', 'A', [{ bits: 32 }], again(64)),
    shape('the child of a clone', 'B', withChild, [
      { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' },
      { kind: 'user', task: 'B', writes: ['regs[8]'] }]),
  ],
}
