import type { Claim } from '../claim.js'
import { and, bv, bvand, callIs, eq, inFakeCall, isZero, lower32, ne, not, noteIs, requests, succeeded, task, type Bool, type SymTask } from '../observe.js'
import type { Run } from '../run.js'
import { numberCall, withChild } from './scripts.js'
import { THREAD } from './thread.js'
import { armPrivate, cloneFlags, compat, note, ptraceRequest } from '../../model/syscalls/numbers.table.js'

const tpidrro = (r: Run, i: number) => r.states[i]!.cpus[0]!.TPIDRRO_EL0
/** Takes a value other than the 0 that a switch to a 64-bit task may write. */
const clobbered = (r: Run, from: number, to: number): Bool => and(ne(tpidrro(r, to), tpidrro(r, from)), not(isZero(tpidrro(r, to))))
const settls = (t: SymTask): Bool => and(callIs(t, compat.clone), not(isZero(bvand(lower32(t.regs[0]!), bv(32, cloneFlags.CLONE_SETTLS)))))

export const claim: Claim = {
  id: 'tls/set-clobbers-tpidrro',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: 'Note that attempting to set the TLS will clobber TPIDRR0_EL0',
  source: THREAD,
  inWords: {
    situation: 'the TLS of a fake task is set: by __ARM_NR_compat_set_tls in a fake call; by a tracer\'s NT_ARM_TLS while the task is in a fake call; by CLONE_SETTLS of a fake clone',
    property: 'TPIDRRO_EL0 takes a new value that is not 0: at once, or when the task is switched to',
  },
  emulator: 'A',
  shapes: [
    {
      name: '__ARM_NR_compat_set_tls in a fake call',
      tasks: [{ bits: 64 }],
      script: numberCall,
      situation: ({ first }) => and(inFakeCall(task(first.states[1]!, 'A')), callIs(task(first.states[1]!, 'A'), armPrivate.set_tls)),
      property: ({ first }) => and(ne(tpidrro(first, 2), tpidrro(first, 1)), eq(tpidrro(first, 2), task(first.states[0]!, 'A').regs[0]!)),
    },
    {
      name: 'CLONE_SETTLS in a fake clone, the child runs',
      tasks: withChild,
      script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }, { kind: 'switch', from: 'A', to: 'B' }],
      situation: ({ first }) => and(inFakeCall(task(first.states[1]!, 'A')), settls(task(first.states[1]!, 'A'))),
      property: ({ first }) => clobbered(first, 2, 3),
    },
    {
      name: 'NT_ARM_TLS of a task in a fake call, by a native tracer',
      // A's fake clone makes B, which starts with A's flag; B stops; C traces B
      tasks: [{ bits: 64 }, { bits: 0 }, { bits: 64 }],
      script: [
        { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'stop', task: 'B' },
        { kind: 'switch', from: 'B', to: 'C' }, { kind: 'eret', task: 'C' }, { kind: 'svc', task: 'C' }, { kind: 'handler', task: 'C', call: 'ptrace', target: 'B' },
        { kind: 'resume', task: 'B' }, { kind: 'switch', from: 'C', to: 'B' },
      ],
      situation: ({ first }) => {
        const call = task(first.states[7]!, 'C')
        return and(inFakeCall(task(first.states[1]!, 'A')), requests(call, ptraceRequest.SETREGSET), noteIs(call, note.NT_ARM_TLS), succeeded(task(first.states[8]!, 'C')))
      },
      property: ({ first }) => clobbered(first, 9, 10),
    },
  ],
}
