import type { Claim } from '../claim.js'
import { and, eq, inFakeCall, is, startsClean, task } from '../observe.js'
import { last } from '../run.js'
import { BERGMANN_V4 } from './mails.js'
import { one64 } from './scripts.js'
import { table } from '../../trace/state.js'

export const claim: Claim = {
  id: 'dispatch/same-handler-same-result',
  quantifier: 'forall',
  whose: 'reviewer',
  sentence: "Half of the system calls behave the exact same way in native and compat mode, so they wouldn't need to be exposed like this",
  source: BERGMANN_V4,
  inWords: {
    situation: 'a 64-bit task makes a call natively and, in a second run, through the compat table, and the handler, which is the same function in both tables, returns the same',
    property: 'the program finds the same x0',
  },
  emulator: 'A',
  shapes: [{
    name: 'one handler, two tables',
    tasks: one64,
    script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'other' }],
    second: { label: 'the same call through the compat table', tie: (path) => /^tasks\[0\]\.regs\[[78]\]$|^e0\.imm$/.test(path) ? 'free' : undefined },
    situation: ({ first, second }) => and(startsClean(first.states[0]!), is(task(first.states[1]!, 'A').table, table.native), inFakeCall(task(second!.states[1]!, 'A'))),
    property: ({ first, second }) => eq(task(last(first), 'A').regs[0]!, task(last(second!), 'A').regs[0]!),
  }],
}
