/** System calls from the dispatcher to their result, and signal delivery's PSTATE. */
import { compat as compatNumbers, saFlags } from '../../model/syscalls/numbers.table.js'
import { compatArmSyscall, doNiSyscall } from '../../model/syscalls/arm-private.js'
import { callNumber, doEl0Svc, doEl0SvcCompat, el0SvcCommonEntry, inCompatTable, inTable as handlerRuns, invokePieces, leave, storeResult, syscallGetArch } from '../../model/syscalls/dispatch.js'
import { asks } from '../../model/tasks/kernel.js'
import { dispatcherHalves } from '../../model/tasks/lifted.js'
import { compatSetupReturn, setupReturn, type Ksignal } from '../../model/tasks/signal-frames.js'
import { copyTask, mergeCpu, mergeTask, type SymTask } from '../../model/tasks/symbolic.js'
import { and, bool, bv, bvand, bvVar, eq, implies, ite, isZero, lower32, not, or, sext, ult, zext } from '../../model/terms/build.js'
import type { Bool, BV, Term } from '../../model/terms/term.js'
import type { Effect } from '../../lift/machine-state.js'
import { place, table } from '../../trace/state.js'
import type { Binding, Output, Plan } from './comparison.js'
import { quiet, type World } from './world.js'

const regs = { object: 'current.pt_regs' }
const result = bvVar(64, 'result of the handler')
const fault = [{ path: /^current\.thread\.fault_(address|code)$/, why: 'siginfo carries it; the model keeps si_code and si_addr' }]
const untraced = (w: World): NonNullable<Plan['assume']> => [
  { holds: and(quiet(w, w.current, 'current'), quiet(w, w.after, 'after')), words: 'the call is not traced, audited or filtered, and not single-stepped' },
  // entry sets it from TFSRE0_EL1; v5.10 asks for the CPU's MTE again
  { holds: implies(w.current.TIF_MTE_ASYNC_FAULT, w.config.mte), words: 'a tag fault is pending only where the CPU has MTE' },
]

/** do_el0_svc and below: the number, the table, then the handler or do_ni_syscall. `compat`: the table is the compat one. `entry`: el0_svc_common itself may return before. `lifted`: the state at the call, by a lifted half. */
function invoke(w: World, before: SymTask, scno: BV<32>, compat: Bool, entry: boolean, lifted?: SymTask): { expect: NonNullable<Plan['expect']>, also: NonNullable<Plan['also']> } {
  const k = w.kernel
  const cpu = { ...w.cpu }
  const t = lifted ?? copyTask(before)
  if (lifted !== undefined) [scno, compat] = [t.syscallno, inCompatTable(t)]
  else {
    t.table = ite(compat, bv(8, isFake(w, before) ? table.fake : table.compat), bv(8, table.native))
    if (entry) el0SvcCommonEntry(k, t, scno)
    else t.syscallno = scno
  }
  t.traced = bool(false) // as entry leaves it
  const early = entry ? eq(t.at, bv(8, place.returning)) : bool(false)
  const inTable = k.lifted?.has(invokePieces.runs) === true ? handlerRuns(k, t) : ult(scno, ite(compat, bv(32, k.nrCompatSyscalls), bv(32, k.nrSyscalls)))
  const chosen = [invokePieces.runs, invokePieces.number].some((piece) => k.lifted?.has(piece))
  const index = zext(64, k.lifted?.has(invokePieces.number) === true ? callNumber(k, t) : scno)
  const afterHandler = { ...copyTask(w.after), tp_value: t.tp_value, tp2_value: t.tp2_value, vregs: t.vregs, fpsr: t.fpsr, fpcr: t.fpcr, blocked: t.blocked, signo: t.signo, si_code: t.si_code, si_addr: t.si_addr, restart_fn: t.restart_fn, compat_call: t.compat_call, table: t.table, traced: bool(false) }
  storeResult(k, afterHandler, result)
  const [niCpu, ni] = [{ ...cpu }, copyTask(t)]
  storeResult(k, ni, doNiSyscall(k, niCpu, ni))
  const ran = mergeTask(inTable, afterHandler, ni)
  if (entry) leave(k, ran)
  const end = mergeTask(early, t, ran)
  if (!entry) end.syscallno = ite(inTable, end.syscallno, w.current.syscallno)
  const reached = and(not(early), inTable)
  return {
    expect: { current: end, cpu: mergeCpu(and(not(early), not(inTable)), niCpu, cpu) },
    also: (f): Output[] => {
      const calls = f.effects.filter((x) => x.name === 'system call handler')
      const here = (e: Effect, a: BV<64>): BV<64> => ite(e.when, a, bv(64, 0))
      // the model knows no number beyond the end of a table: a source that goes there is not equal to it
      const within = ult(index, zext(64, ite(compat, bv(32, k.nrCompatSyscalls), bv(32, k.nrSyscalls))))
      return [{ name: 'a handler runs', source: or(...calls.map((e) => e.when)), model: reached },
        ...chosen ? [{ name: 'its number is in the table', source: and(reached, within), model: reached }] : [],
        ...calls.flatMap((e): Output[] => e.args[0] === undefined ? [] : [
          { name: 'which handler', source: here(e, slot(e.args[0]).index), model: here(e, index) },
          { name: 'of which table', source: and(e.when, bool(slot(e.args[0]).compat)), model: and(e.when, compat) },
        ])]
    },
  }
}
const isFake = (w: World, before: SymTask): boolean => before !== w.current
/** Table and index of a handler: its address is &table + 8 * index. */
export function slot(address: Term): { compat: boolean, index: BV<64> } {
  const parts = address.op === 'bvadd' ? address.args : [address]
  const base = parts.find((p) => p.op === 'var')
  const scaled = parts.find((p) => p.op === 'bvshl')
  return { compat: base?.name === '&compat_sys_call_table', index: (scaled?.args[0] ?? address) as BV<64> }
}

const number = bvVar(32, 'scno')
const tableParameter = (which: 'native' | 'compat') => ({ object: which === 'native' ? 'sys_call_table' : 'compat_sys_call_table' })
/** do_el0_svc(): which table and number the kernel's dispatcher takes; a fake call sets the per-call flag before. */
function native(w: World): Plan {
  const imm = bvVar(16, 'imm')
  const d = w.kernel.doEl0Svc(w.current, imm)
  const [half] = dispatcherHalves
  const before = d.fake === bool(false) ? w.current : { ...copyTask(w.current), compat_call: or(w.current.compat_call, d.fake) }
  return { request: { parameters: { regs, iss: { term: zext(32, imm) } }, initial: cacheflush }, ...invoke(w, before, d.scno, d.fake, true, byHalf(w, half.upToCall, (t) => { doEl0Svc(w.kernel, t, imm) })), assume: untraced(w), beyond: fault }
}
/** `current` at the call, where the kernel has a lifted half for that. */
const byHalf = (w: World, half: string, run: (t: SymTask) => void): SymTask | undefined => w.kernel.lifted?.has(half) === true ? changed(w.current, run) : undefined
const whole = (w: World): BV<32> => lower32(w.current.regs[7]!)

const ksignal: Ksignal = { signo: bvVar(8, 'signo'), code: bv(32, 0), addr: bv(64, 0), errno: bv(32, 0), syscall: bv(32, 0), arch: bv(32, 0), handler: bvVar(64, 'handler'), flags: bvVar(32, 'sa_flags'), restorer: bvVar(64, 'restorer'), sigtramp: bvVar(64, 'sigtramp') }
const action: Record<string, Term> = { 'ka.sa.sa_handler': ksignal.handler, 'ka.sa.sa_restorer': ksignal.restorer, 'ka.sa.sa_flags': zext(64, ksignal.flags), 'current.mm.context.sigpage': ksignal.sigtramp, 'vdso.sigtramp': ksignal.sigtramp }
const changed = (t: SymTask, f: (t: SymTask) => void): SymTask => { const c = copyTask(t); f(c); return c }
const sigInfo = not(isZero(bvand(ksignal.flags, bv(32, saFlags.SA_SIGINFO))))

export const callBindings: readonly Binding[] = [
  { name: 'do_el0_svc', model: 'doEl0Svc, el0SvcCommonEntry, storeResult, leave', plan: native },
  { name: 'do_el0_svc_compat', model: 'el0SvcCommonEntry, storeResult, leave (compat table)', plan: (w) => ({ request: { parameters: { regs }, initial: cacheflush }, ...invoke(w, w.current, whole(w), bool(true), true, byHalf(w, dispatcherHalves[1].upToCall, (t) => { doEl0SvcCompat(w.kernel, t) })), assume: untraced(w), beyond: fault }) },
  {
    name: 'el0_svc_common', model: 'el0SvcCommonEntry, storeResult (native table)', plan: (w) => ({
      request: { parameters: { regs, scno: { term: number }, sc_nr: { term: bv(32, w.kernel.nrSyscalls) }, syscall_table: tableParameter('native') }, initial: cacheflush }, ...invoke(w, w.current, number, bool(false), true), assume: untraced(w), beyond: fault,
    }),
  },
  {
    name: 'invoke_syscall', model: 'inTable, doNiSyscall, storeResult (compat table)', plan: (w) => ({
      request: { parameters: { regs, scno: { term: number }, sc_nr: { term: bv(32, w.kernel.nrCompatSyscalls) }, syscall_table: tableParameter('compat') }, initial: cacheflush }, ...invoke(w, w.current, number, bool(true), false), beyond: fault,
    }),
  },
  {
    name: 'do_ni_syscall', model: 'doNiSyscall', plan: (w) => {
      const [cpu, t] = [{ ...w.cpu }, copyTask(w.current)]
      t.syscallno = number
      const r = doNiSyscall(w.kernel, cpu, t)
      return { request: { parameters: { regs, scno: { term: number } }, initial: cacheflush }, expect: { cpu, current: { ...t, syscallno: w.current.syscallno } }, result: r, beyond: fault }
    },
  },
  {
    name: 'compat_arm_syscall', model: 'compatArmSyscall', plan: (w) => {
      const [cpu, t] = [{ ...w.cpu }, copyTask(w.current)]
      t.syscallno = number
      const r = compatArmSyscall(cpu, t)
      return { request: { parameters: { regs, scno: { term: number } }, initial: cacheflush }, expect: { cpu, current: { ...t, syscallno: w.current.syscallno } }, result: r, beyond: fault }
    },
  },
  { name: 'syscall_get_arch', model: 'syscallGetArch', plan: (w) => ({ request: { parameters: { task: { object: 'target' } } }, result: syscallGetArch(w.kernel, w.target) }) },
  {
    name: 'syscall_set_return_value', model: 'storeResult (where a version stores by it)', plan: (w) => {
      const [error, val] = [bvVar(32, 'error'), bvVar(64, 'val')]
      const v = ite(isZero(error), val, sext(64, error))
      return {
        request: { parameters: { task: { object: 'target' }, regs: { object: 'target.pt_regs' } } },
        expect: { target: changed(w.target, (t) => { t.regs[0] = ite(asks(w.kernel, 'syscall_set_return_value', t), zext(64, lower32(v)), v) }) },
      }
    },
  },
  {
    name: 'setup_restart_syscall', model: 'restartWithoutSignal (setup_restart_syscall)', plan: (w) => ({
      request: { parameters: { regs } },
      expect: { current: changed(w.current, (t) => {
        const compat = asks(w.kernel, 'setup_restart_syscall', t)
        t.regs[7] = ite(compat, bv(64, compatNumbers.restart_syscall), t.regs[7]!)
        t.regs[8] = ite(compat, t.regs[8]!, w.kernel.restartSyscall(t))
      }) },
    }),
  },
  {
    name: 'compat_setup_return', model: 'compatSetupReturn', plan: (w) => {
      const frame = zext(64, bvVar(32, 'frame')) as BV<64>
      return {
        request: { parameters: { regs, frame: { term: frame }, usig: { term: zext(32, ksignal.signo) } }, initial: (p) => action[p] },
        expect: { current: changed(w.current, (t) => { compatSetupReturn(t, ksignal, frame, sigInfo) }) },
      }
    },
  },
  {
    name: 'setup_return', model: 'setupReturn', plan: (w) => {
      const [frame, record] = [bvVar(64, 'frame'), bvVar(64, 'record')]
      return {
        request: { parameters: { regs, usig: { term: zext(32, ksignal.signo) } }, initial: (p) => p === 'user.sigframe' ? frame : p === 'user.next_frame' ? record : action[p.replace(/^ksig\.ka/, 'ka')] },
        expect: { current: changed(w.current, (t) => { setupReturn(w.kernel, w.config, t, ksignal, frame, record) }) },
      }
    },
  },
]
/** Cache maintenance succeeds, as the model has it. */
const cacheflush = (path: string): Term | undefined => path.startsWith('cache maintenance') ? bv(64, 0) : undefined
