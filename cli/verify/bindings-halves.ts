/**
 * The dispatchers in the pieces that the model has as events: up to syscall_trace_enter() or invoke_syscall(), from there to
 * syscall_trace_exit(), and to the end, traced or not. Those three are not entered; each may leave any registers, number and flags behind.
 */
import { doEl0Svc, doEl0SvcCompat, errorResult, inCompatTable, leave, throughTraceExit } from '../../model/syscalls/dispatch.js'
import { errno } from '../../model/syscalls/numbers.table.js'
import { NO_SYSCALL } from '../../model/tasks/entry.js'
import { dispatcherHalves } from '../../model/tasks/lifted.js'
import { copyTask, fresh, mergeTask, type SymTask } from '../../model/tasks/symbolic.js'
import { and, bitOf, bool, bv, bvVar, eq, False, iff, implies, is, isZero, ite, not, or, zext } from '../../model/terms/build.js'
import type { Bool, BV, Term } from '../../model/terms/term.js'
import type { Lifted } from '../../lift/index.js'
import type { Cut } from '../../lift/machine-state.js'
import { join } from '../../lift/machine.js'
import { place, taskSpec } from '../../trace/state.js'
import type { Binding, Output, Plan } from './comparison.js'
import { callFlags, quiet, taskCell, taskCells, flagBits, type Who, type World } from './world.js'

export const uncut = ['syscall_trace_enter', 'invoke_syscall', 'syscall_trace_exit'] as const
const [ENTER, INVOKE, EXIT] = uncut
/** The result of syscall_trace_enter(): regs->syscallno, or NO_SYSCALL. */
const traced = bvVar(32, `result of ${ENTER}`)

/** What a call that is not entered may leave behind: `current` afterwards, with all else as before. */
function afterCall(before: SymTask, free: SymTask): SymTask {
  const { regs, sp, pc, pstate, orig_x0, syscallno, TIF_32BIT, TIF_SINGLESTEP, TIF_SYSCALL_TRACE, TIF_MTE_ASYNC_FAULT, TIF_TAGGED_ADDR, compat_call } = free
  return { ...copyTask(before), regs: [...regs], sp, pc, pstate, orig_x0, syscallno, TIF_32BIT, TIF_SINGLESTEP, TIF_SYSCALL_TRACE, TIF_MTE_ASYNC_FAULT, TIF_TAGGED_ADDR, compat_call, traced: free.traced }
}
/** Where each call leaves its state: `after NAME.CELL`. */
export const initialAfter = (w: World, of: Readonly<Record<string, readonly [SymTask, Who]>>) => (path: string): Term | undefined => {
  const m = /^after (\w+)\.(.*)$/.exec(path)
  const t = m === null ? undefined : of[m[1]!]
  return t === undefined ? undefined : taskCell(w, t[0], t[1], m![2]!)
}

/** A call, by all places that make it: when, and what a cell or argument is then. */
export function calls(f: Lifted, name: string): { readonly when: Bool, readonly cell: (path: string, before: Term) => Term, readonly flag: (before: Bool) => BV<1>, readonly arg: (i: number) => Term | undefined } {
  const of = f.cuts.filter((c) => c.name === name)
  const choice = (values: readonly (Term | undefined)[]): Term | undefined => values.reduceRight<Term | undefined>((rest, v, i) => rest === undefined || v === undefined ? v ?? rest : ite(of[i]!.when, v as BV, rest as BV), undefined)
  return {
    when: of.reduce<Bool>((all, c) => join(all, c.when), False),
    cell: (path, before) => choice(of.map((c: Cut) => c.changes.get(path)?.after ?? before)) ?? before,
    flag: (before) => {
      const now = (c: Cut): Term | undefined => Object.keys(callFlags).map((p) => c.changes.get(`current.${p}`)?.after).find((x) => x !== undefined)
      return (choice(of.map((c) => { const v = now(c); return bitOf(v === undefined ? before : not(isZero(v as BV))) })) ?? bitOf(before)) as BV<1>
    },
    arg: (i) => choice(of.map((c) => c.args[i])),
  }
}
/** Is the table of an argument the compat one? */
export function isCompatTable(t: Term | undefined): Bool {
  if (t?.op === 'ite') return or(and(t.args[0] as Bool, isCompatTable(t.args[1])), and(not(t.args[0] as Bool), isCompatTable(t.args[2])))
  return bool(t?.op === 'var' && t.name === '&compat_sys_call_table')
}

function halves(w: World, half: typeof dispatcherHalves[number]): Plan {
  const k = w.kernel
  const imm = bvVar(16, 'imm')
  const [afterEnter, afterExit] = [fresh(taskSpec, 'traced.'), fresh(taskSpec, 'reported.')]
  const t = copyTask(w.current)
  if (half.fn === 'do_el0_svc') doEl0Svc(k, t, imm)
  else doEl0SvcCompat(k, t)
  const early = is(t.at, place.returning)
  const atEntry = not(quiet(w, w.current, 'current', w.flags.work & ~(1n << BigInt(w.flags.TIF_SINGLESTEP))))
  const entering = and(not(early), atEntry)
  // reportEntry(), before the stop
  const enter = { ...copyTask(t), regs: [ite(eq(t.syscallno, NO_SYSCALL), errorResult(k, t, errno.ENOSYS), t.regs[0]!), ...t.regs.slice(1)] }
  const skipped = and(entering, eq(traced, NO_SYSCALL))
  const invoked = and(not(early), not(skipped))
  const invoke = mergeTask(entering, afterCall(t, afterEnter), t)
  const handled = { ...afterCall(t, w.after), traced: and(w.after.traced, entering) }
  const exiting = and(not(early), or(atEntry, not(quiet(w, w.after, 'after'))))
  const exit = mergeTask(skipped, invoke, handled)
  const reported = afterCall(t, afterExit)
  const [bySlowEnd, byFastEnd] = [copyTask(reported), copyTask(handled)]
  leave(k, bySlowEnd)
  leave(k, byFastEnd)
  const end = mergeTask(early, t, mergeTask(exiting, bySlowEnd, byFastEnd))
  const at = (f: Lifted, name: string, when: Bool, x: SymTask, who: Who): Output[] => {
    const call = calls(f, name)
    const output = (what: string, source: Term, model: Term): Output => ({ name: `${what} at ${name}()`, source: onlyWhere(when, source), model: onlyWhere(when, model) })
    return [{ name: `${name}() is called`, source: call.when, model: when }, ...taskCells.flatMap((cell): Output[] => {
      const before = taskCell(w, w.current, 'current', cell)!
      const [source, model] = [call.cell(`current.${cell}`, before), taskCell(w, x, who, cell)!]
      if (cell !== 'thread_info.flags') return [output(cell, source, model)]
      const theirs = flagBits(w, model)
      return flagBits(w, source).map((b, i) => output(b.name, b.bit, theirs[i]!.bit))
    }), output('per-call flag', call.flag(w.current.compat_call), bitOf(x.compat_call))]
  }
  const ends = k.lifted?.has(half.afterTraceExit) === true
  return {
    request: {
      parameters: { regs: { object: 'current.pt_regs' }, iss: { term: zext(32, imm) } }, cuts: { [ENTER]: 'goes on', [INVOKE]: 'goes on', [EXIT]: 'goes on' },
      initial: initialAfter(w, { [ENTER]: [afterEnter, 'traced'], [INVOKE]: [w.after, 'after'], [EXIT]: [afterExit, 'reported'] }),
    },
    assume: [
      { holds: implies(w.current.TIF_MTE_ASYNC_FAULT, w.config.mte), words: 'a tag fault is pending only where the CPU has MTE' },
      ...(ends ? [{ holds: implies(not(early), iff(exiting, throughTraceExit(mergeTask(exiting, reported, handled)))), words: endsInWords }] : []),
    ],
    expect: { current: end },
    also: (f) => [
      ...at(f, ENTER, entering, enter, 'current'), ...at(f, INVOKE, invoked, invoke, 'current'), ...at(f, EXIT, exiting, exit, 'current'),
      { name: 'number that invoke_syscall() gets', source: onlyWhere(invoked, calls(f, INVOKE).arg(1) ?? bv(32, 0)), model: onlyWhere(invoked, ite(entering, traced, t.syscallno)) },
      { name: 'size of the table that it gets', source: onlyWhere(invoked, calls(f, INVOKE).arg(2) ?? bv(32, 0)), model: onlyWhere(invoked, ite(inCompatTable(t), bv(32, k.nrCompatSyscalls), bv(32, k.nrSyscalls))) },
      { name: 'it gets the compat table', source: and(invoked, isCompatTable(calls(f, INVOKE).arg(3))), model: and(invoked, inCompatTable(t)) },
    ],
  }
}
const onlyWhere = (when: Bool, t: Term): Term => t.width === 0 ? and(when, t as Bool) : ite(when, t as BV, bv(t.width, 0) as BV)
/** What the verdicts of a kernel with these pieces do not speak of. */
export const beyondPieces = (k: { readonly lifted?: ReadonlyMap<string, unknown> }): string[] => dispatcherHalves.some((h) => k.lifted?.has(h.afterTraceExit)) ? [`el0_svc_common() has two ends that differ: ${endsInWords}`] : []
const endsInWords = 'a call goes through syscall_trace_exit() if its entry or exit is reported to a tracer, a filter refuses it, or it is single-stepped: not if it is only audited, or let through by a filter'

export const halfBindings: readonly Binding[] = dispatcherHalves.map((half) => ({ name: `${half.fn}: around invoke_syscall`, model: `${half.fn === 'do_el0_svc' ? 'doEl0Svc' : 'doEl0SvcCompat'}, reportEntry, leave`, plan: (w) => halves(w, half) }))
