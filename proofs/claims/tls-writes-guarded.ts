import type { Claim, Shape } from '../claim.js'
import { eq, inFakeCall, inModuleOperation, isZero, or, task, type Bool } from '../observe.js'
import type { Run, Script, TaskStart } from '../run.js'
import { numberCall, ptraceCall, withChild } from './scripts.js'
import { THREAD } from './thread.js'

/** Is TPIDRRO_EL0 after event `i` what it was before, or 0? */
const noTaskValue = (r: Run, i: number): Bool => or(eq(r.states[i]!.cpus[0]!.TPIDRRO_EL0, r.states[i - 1]!.cpus[0]!.TPIDRRO_EL0), isZero(r.states[i]!.cpus[0]!.TPIDRRO_EL0))

/** The fake call is event 0; the path that may write is the last event. */
const shape = (name: string, tasks: readonly TaskStart[], script: Script): Shape => ({
  name, tasks, script,
  situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
  property: ({ first }) => noTaskValue(first, script.length),
})
const svc: Script = [{ kind: 'svc', task: 'A' }]
const awayAndBack: Script = [{ kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }]

export const claim: Claim = {
  id: 'tls/writes-guarded',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'All the code paths that modify TPIDRR0_EL0 are guarded by is_aarch32_compat_task which returns false for fake compat tasks.',
  source: THREAD,
  answers: 'tls/set-clobbers-tpidrro',
  inWords: {
    situation: 'a fake task (or a 64-bit task for which a module has set TIF_32BIT) goes through a path that can write TPIDRRO_EL0: an ARM-private call, exec, a switch to it in its call, a switch to the child of its clone, a ptrace request',
    property: 'TPIDRRO_EL0 stays as it was, or becomes 0: it never gets a task\'s value',
  },
  emulator: 'A',
  shapes: [
    shape('ARM-private call', [{ bits: 64 }], numberCall),
    shape('exec of a 64-bit image', [{ bits: 64 }], [...svc, { kind: 'handler', task: 'A', call: 'execve', bits: 64 }]),
    shape('exec of a 32-bit image', [{ bits: 64 }], [...svc, { kind: 'handler', task: 'A', call: 'execve', bits: 32 }]),
    shape('ptrace', [{ bits: 64 }, { bits: 64, stopped: true }], ptraceCall),
    shape('switch away from it and back, in its call; the other is 64-bit', [{ bits: 64 }, { bits: 64 }], [...svc, ...awayAndBack]),
    shape('switch away from it and back, in its call; the other is 32-bit', [{ bits: 64 }, { bits: 32 }], [...svc, ...awayAndBack]),
    shape('switch to the child of its clone', withChild, [...svc, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }, { kind: 'switch', from: 'A', to: 'B' }]),
    {
      name: 'switch away from it and back, while the tango32 module runs part of an ioctl as a 32-bit task',
      tasks: [{ bits: 64 }, { bits: 64 }], script: [...svc, { kind: 'module', task: 'A' }, ...awayAndBack],
      situation: ({ first }) => inModuleOperation(task(first.states[2]!, 'A')),
      property: ({ first }) => noTaskValue(first, 4),
    },
  ],
}
