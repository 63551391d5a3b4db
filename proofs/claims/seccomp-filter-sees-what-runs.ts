import type { Claim, Shape } from '../claim.js'
import { and, at, callIs, is, noteIs, or, requests, startsClean, succeeded, task, type Bool, type SymTask } from '../observe.js'
import type { Script } from '../run.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'
import { asChild } from './top/as-child.js'
import { auditArch, compat, native, note, ptraceRequest } from '../../model/syscalls/numbers.table.js'

/** The call that runs is the one that architecture and number, as a filter sees them last, name. */
const named = (call: SymTask): Bool => or(and(is(call.audit_arch, auditArch.aarch64), callIs(call, native.mmap)), and(is(call.audit_arch, auditArch.arm), callIs(call, compat.mmap2)))

const plain = (bits: 64 | 32): Shape => ({
  name: `a ${bits}-bit task maps memory`,
  tasks: [{ bits }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'mmap' }],
  situation: ({ first }) => at(task(first.states[2]!, 'A'), 'handled'),
  property: ({ first }) => named(task(first.states[1]!, 'A')),
})

/** The tracer changes the number at the entry stop; the filter runs after it. */
const change: Script = [
  { kind: 'svc', task: 'A' }, { kind: 'trace_enter', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' }, { kind: 'svc', task: 'B' },
  { kind: 'handler', task: 'B', call: 'ptrace', target: 'A' }, { kind: 'resume', task: 'A' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'handler', task: 'A', call: 'mmap' },
]
const changed: Shape = {
  name: 'a tracer has changed the number of a 64-bit task\'s call',
  tasks: [{ bits: 64 }, { bits: 64 }],
  script: change,
  situation: ({ first }) => {
    const [before, after] = [task(first.states[5]!, 'B'), task(first.states[6]!, 'B')]
    return and(startsClean(first.states[0]!), requests(before, ptraceRequest.SETREGSET), noteIs(before, note.NT_ARM_SYSTEM_CALL), succeeded(after))
  },
  property: ({ first }) => named(task(first.states[8]!, 'A')),
}

export const claim: Claim = {
  id: 'seccomp/filter-sees-what-runs',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'What a filter sees is what runs.',
  source: `number and architecture are found by two tests; one of the "more cases" of ${RUTLAND_TO_DANTRAS}`,
  inWords: {
    situation: 'a task maps memory, by a call that it has made itself or by one whose number its tracer has changed at the entry stop (the filter runs after that)',
    property: 'architecture and number are those of mmap in one of the tables: AUDIT_ARCH_AARCH64 and 222, or AUDIT_ARCH_ARM and 192',
  },
  emulator: 'A',
  shapes: [{ ...plain(64), fromExec: () => asChild(plain(64)) }, plain(32), changed],
}
