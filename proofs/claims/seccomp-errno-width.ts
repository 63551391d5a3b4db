import type { Claim, Shape } from '../claim.js'
import { bv, eq, inCompatCall, lower32, ofItsWidth, task, ult, type BV, type SymEvent } from '../observe.js'
import { bvsub, ite, iteBool, zext } from '../../model/terms/build.js'
import { V4_COVER } from './mails.js'
import { asChild } from './top/as-child.js'

const MAX_ERRNO = 4095
/** -errno as a 64-bit long; the filter's data above 4095 is 4095. */
const given = (e: SymEvent): BV<64> => {
  const data = zext(64, e.kind === 'seccomp' ? e.data : bv(16, 0)) as BV<64>
  return bvsub(bv(64, 0), ite(ult(bv(64, MAX_ERRNO), data), bv(64, MAX_ERRNO), data))
}

const shape = (bits: 64 | 32): Shape => {
  const made: Shape = {
    name: `a call of a ${bits}-bit task`,
    tasks: [{ bits }],
    script: [{ kind: 'svc', task: 'A' }, { kind: 'seccomp', task: 'A', action: 'errno' }],
    situation: ({ first }) => ofItsWidth(task(first.states[0]!, 'A')),
    property: ({ first }) => {
      const x0 = task(first.states[2]!, 'A').regs[0]!
      const errno = given(first.events[1]!)
      return iteBool(inCompatCall(task(first.states[1]!, 'A')), eq(lower32(x0), lower32(errno)), eq(x0, errno))
    },
  }
  return bits === 64 ? { ...made, fromExec: () => asChild(made) } : made
}

export const claim: Claim = {
  id: 'seccomp/errno-width',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'An errno that a filter gives arrives as the errors of that call do.',
  source: `syscall_set_return_value() asks by itself which kind of call it is; "Seccomp will treats the syscall as having AUDIT_ARCH_ARM", ${V4_COVER}`,
  inWords: { situation: 'a filter refuses a call of a task of either width with SECCOMP_RET_ERRNO', property: 'x0 is minus that errno: all 64 bits of it after a native call, the lower 32 after a compat one' },
  emulator: 'A',
  shapes: [shape(64), shape(32)],
}
