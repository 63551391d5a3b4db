import type { Claim, Shape } from '../../claim.js'
import { and, bit, eq, iff, is, lower32, not, or, sameRegisters, sameVectors, task, type Bool, type SymTask } from '../../observe.js'
import { bv, bvand, iteBool, True } from '../../../model/terms/build.js'
import type { BV } from '../../../model/terms/term.js'
import { last, type Run } from '../../run.js'
import { calls, interrupted, tracedGoesOn, returned, type CallRun } from './shapes.js'

/** PSTATE without SS (bit 21), which is the tracer's: the SVC of a stepped task clears it. */
const own = (t: SymTask): BV<64> => bvand(t.pstate, bv(64, ~(1n << 21n) & 0xffffffffffffffffn))

/** All that a program at EL0 has of its own, but x0 and pc. */
const keepsItsOwn = (a: SymTask, b: SymTask, r: Run): Bool => {
  const tls = eq(r.states[0]!.cpus[0]!.TPIDR_EL0, last(r).cpus[0]!.TPIDR_EL0)
  // r0 to r14 are all that a 32-bit program has
  const general = (n: number): Bool => and(...a.regs.slice(1, n).map((x, i) => eq(x, b.regs[i + 1]!)))
  return and(general(15), iteBool(a.TIF_32BIT, True, and(general(31), eq(a.sp, b.sp))), eq(own(a), own(b)), sameVectors(a, b), tls)
}

/** Every task is in the state of its width: an event from another state is top/legal-return's concern. */
const legalStart = (r: Run): Bool => and(...r.states[0]!.tasks.map((t) => iff(bit(4, t.pstate), t.TIF_32BIT)))

/** An ordinary call changes x0 and moves pc on; nothing else of the caller. */
const ordinary = (run: CallRun): Shape => ({
  ...run,
  situation: ({ first }) => legalStart(first),
  property: ({ first }) => {
    const [a, b] = [task(first.states[0]!, 'A'), task(last(first), 'A')]
    return and(keepsItsOwn(a, b, first), eq(b.pc, task(first.states[1]!, 'A').pc))
  },
})

/** POKETEXT, POKEDATA, POKEUSR, SETREGS, SET_SYSCALL, SETREGSET */
const writing = [4, 5, 6, 13, 23, 0x4205]
/** No event of A changes what is B's, unless it is a ptrace request to write. */
const othersUntouched = (run: CallRun): Shape => ({
  ...run,
  situation: ({ first }) => {
    const call = task(first.states[1]!, 'A')
    return and(legalStart(first), not(or(...writing.flatMap((r) => [is(lower32(call.regs[0]!), r), is(call.regs[0]!, r)]))))
  },
  property: ({ first }) => {
    const [a, b] = [task(first.states[1]!, 'B'), task(first.states[2]!, 'B')]
    return and(sameRegisters(a, b), eq(a.pstate, b.pstate), eq(a.tp_value, b.tp_value), eq(a.tp2_value, b.tp2_value), eq(a.syscallno, b.syscallno))
  },
})

const quiet = calls.filter((c) => /other|ni$/.test(c.name))

export const condition: Claim = {
  id: 'top/authorised-changes',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'An event changes only what it is authorised to change.',
  source: 'docs/broken-behaviour.md',
  inWords: {
    situation: 'from a PSTATE of its width a task makes a call that is not sigreturn or exec, perhaps switched out and in again meanwhile; or makes a ptrace request that does not write',
    property: 'the caller keeps all but x0 (its TPIDR_EL0, too) and goes on after the SVC; of another task nothing changes',
  },
  emulator: 'A',
  shapes: [...quiet.map(returned).map(ordinary), ...[interrupted(64, 64), interrupted(64, 32), interrupted(32, 64)].map(ordinary), ...tracedGoesOn.map((r) => ({ ...r, script: r.script.slice(0, 2) })).map(othersUntouched)],
}
