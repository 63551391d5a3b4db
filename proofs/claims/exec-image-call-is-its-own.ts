import type { Claim, Shape } from '../claim.js'
import { and, at, iff, inCompatCall, inFakeCall, is, startsClean, task } from '../observe.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'
import { one64 } from './scripts.js'
import { auditArch } from '../../model/syscalls/numbers.table.js'

const shape = (bits: 64 | 32): Shape => ({
  name: `a ${bits}-bit image`,
  tasks: one64,
  script: [
    { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' },
    { kind: 'user', task: 'A', writes: ['regs[7]', ...bits === 64 ? ['regs[8]'] : []] }, { kind: 'svc', task: 'A' },
  ],
  situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A')), at(task(first.states[6]!, 'A'), 'entered')),
  property: ({ first }) => iff(is(task(first.states[6]!, 'A').audit_arch, auditArch.arm), inCompatCall(task(first.states[6]!, 'A'))),
})

export const claim: Claim = {
  id: 'exec/image-call-is-its-own',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'How a new image\'s call is taken does not depend on the call that started the image.',
  source: `an implicit assumption of exec; one of the "more cases" of ${RUTLAND_TO_DANTRAS}`,
  inWords: { situation: 'a 64-bit task execs an image of either width by a 32-bit call, and the image makes a call', property: 'AUDIT_ARCH is that of the table that decides the call' },
  emulator: 'A',
  shapes: [shape(64), shape(32)],
}
