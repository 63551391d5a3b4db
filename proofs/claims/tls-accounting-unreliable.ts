import type { Claim, Shape } from '../claim.js'
import { and, callIs, inFakeCall, ne, or, startsClean, task } from '../observe.js'
import { setsTlsMeanwhile, switchedInCall } from './switched.js'
import { RUTLAND_V2 } from './mails.js'
import { armPrivate } from '../../model/syscalls/numbers.table.js'

/** From exec: the 32-bit task sets its TLS meanwhile. */
const setMeanwhile: Shape = {
  ...setsTlsMeanwhile,
  situation: ({ first }) => and(inFakeCall(task(first.states[1]!, 'A')), startsClean(first.states[0]!), callIs(task(first.states[5]!, 'B'), armPrivate.set_tls)),
  property: ({ first }) => ne(first.states[1]!.cpus[0]!.TPIDRRO_EL0, first.states[7]!.cpus[0]!.TPIDRRO_EL0),
}

export const claim: Claim = {
  id: 'tls/accounting-unreliable',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: "non-ioctl syscalls can affect distinct state across compat/native tasks, e.g. TPIDR_EL0 vs TPIDRRO_EL0, and while I see some accounting for that below I don't believe that will work consistently or reliably without further invasive changes (e.g. considering the KPTI trampoline)",
  source: RUTLAND_V2,
  inWords: {
    situation: 'a 64-bit task is switched out during a 32-bit call, for a task of either width, and in again',
    property: 'TPIDR_EL0 or TPIDRRO_EL0 is not what it was before the switches',
  },
  emulator: 'A',
  shapes: ([64, 32] as const).map((b) => ({
    ...switchedInCall(64, b),
    situation: ({ first }) => and(inFakeCall(task(first.states[1]!, 'A')), startsClean(first.states[0]!)),
    property: ({ first }) => {
      const [a, b] = [first.states[1]!.cpus[0]!, first.states[3]!.cpus[0]!]
      return or(ne(a.TPIDR_EL0, b.TPIDR_EL0), ne(a.TPIDRRO_EL0, b.TPIDRRO_EL0))
    },
    ...b === 32 ? { fromExec: () => setMeanwhile } : {},
  })),
}
