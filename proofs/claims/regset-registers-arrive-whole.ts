import type { Claim } from '../claim.js'
import { and, concat, eq, is, not, noteIs, requests, startsClean, succeeded, task } from '../observe.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'
import { ptraceCall, tracing } from './scripts.js'
import { note, ptraceRequest } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'regset/registers-arrive-whole',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'A 64-bit tracer that reads the registers of a 64-bit task reads all of each.',
  source: `what a tracer that writes them back later rests on; the other side of "will erroneously try to convert", ${RUTLAND_TO_DANTRAS}`,
  answers: 'regset/wrong-layout-conversion',
  inWords: {
    situation: 'a 64-bit task reads NT_PRSTATUS of a stopped 64-bit task by PTRACE_GETREGSET, in a call of either table, with room for all of it, and succeeds',
    property: 'x0 to x30 stand in its buffer with 64 bits each',
  },
  emulator: 'B',
  shapes: [{
    name: 'PTRACE_GETREGSET of NT_PRSTATUS',
    tasks: tracing(64),
    script: ptraceCall,
    situation: ({ first }) => {
      const [before, after] = [task(first.states[1]!, 'A'), task(first.states[2]!, 'A')]
      return and(requests(before, ptraceRequest.GETREGSET), noteIs(before, note.NT_PRSTATUS), succeeded(after), not(task(first.states[1]!, 'B').TIF_32BIT), startsClean(first.states[0]!),
        // an iovec that either ABI reads alike
        is(before.buf.words[3]!, 0), is(before.buf.words[1]!, 272), is(before.buf.words[2]!, 272))
    },
    property: ({ first }) => {
      const { words } = task(first.states[2]!, 'A').buf
      return and(...task(first.states[1]!, 'B').regs.map((r, i) => eq(concat<64>(words[4 + 2 * i + 1]!, words[4 + 2 * i]!), r)))
    },
  }],
}
