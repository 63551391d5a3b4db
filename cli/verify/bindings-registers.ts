/** PSTATE, TLS and the switch: the C functions and their models. */
import { copyThread } from '../../model/tasks/fork.js'
import { compatPsrToPstate, pstateToCompatPsr, set, userRegsResetSingleStep, validCompatRegs, validNativeRegs, validUserRegs, drop, PSR, type Sanitised } from '../../model/tasks/sanitise.js'
import { switchTo } from '../../model/tasks/switch.js'
import { asks } from '../../model/tasks/kernel.js'
import { copyTask, type SymCpu, type SymTask } from '../../model/tasks/symbolic.js'
import { erratum1418040ThreadSwitch, taskUserTls, tlsPreserveCurrentState, tlsThreadFlush, tlsThreadSwitch } from '../../model/tasks/tls.js'
import { and, bit, bool, bv, bvVar, iff, is, isZero, ite, iteBool, not, or, xor } from '../../model/terms/build.js'
import type { Bool, BV, Term } from '../../model/terms/term.js'
import type { Binding, Plan } from './comparison.js'
import type { World } from './world.js'

const current = { object: 'current' }
const target = { object: 'target' }
const regsOfCurrent = { object: 'current.pt_regs' }
const bool32 = (c: Bool): Term => ite(c, bv(32, 1), bv(32, 0))
/** The result is not 0 exactly where the model says so. */
export const truthOf = (c: Bool) => (lifted: Term): Bool => iff(not(isZero(lifted as BV)), c)
const changed = (t: SymTask, f: (t: SymTask) => void): SymTask => { const c = copyTask(t); f(c); return c }

function sanitiser(name: string, model: string, run: (w: World, pstate: BV<64>) => Sanitised): Binding {
  return {
    name, model, plan: (w): Plan => {
      const s = run(w, w.current.pstate)
      return { request: { parameters: { regs: regsOfCurrent, task: current } }, expect: { current: changed(w.current, (t) => { t.pstate = s.pstate }) }, result: bool32(s.ok) }
    },
  }
}
const pstateOnly = (name: string, model: string, run: (w: World, t: SymTask) => BV<64>): Binding => ({
  name, model, plan: (w) => ({ request: { parameters: { regs: regsOfCurrent, task: current } }, expect: { current: changed(w.current, (t) => { t.pstate = run(w, t) }) } }),
})
const predicate = (name: string, model: string, who: 'current' | 'target', ask: (w: World, t: SymTask) => Bool): Binding => ({
  name, model, plan: (w) => ({ request: { parameters: { thread: { object: `${who}.thread_info` } } }, result: truthOf(ask(w, w[who])) }),
})

export const registerBindings: readonly Binding[] = [
  { name: 'compat_psr_to_pstate', model: 'compatPsrToPstate', plan: () => ({ request: {}, result: compatPsrToPstate(bvVar(64, 'psr')) }) },
  { name: 'pstate_to_compat_psr', model: 'pstateToCompatPsr', plan: () => ({ request: {}, result: pstateToCompatPsr(bvVar(64, 'pstate')) }) },
  sanitiser('valid_compat_regs', 'validCompatRegs', (w, p) => validCompatRegs(w.kernel, w.config, p)),
  sanitiser('valid_native_regs', 'validNativeRegs', (w, p) => validNativeRegs(w.kernel, p)),
  sanitiser('valid_user_regs', 'validUserRegs', (w, p) => validUserRegs(w.kernel, w.config, p, w.current)),
  pstateOnly('user_regs_reset_single_step', 'userRegsResetSingleStep', (w, t) => userRegsResetSingleStep(w.kernel, t.pstate, t)),
  pstateOnly('user_rewind_single_step', 'restartWithoutSignal (its last line)', (_w, t) => ite(t.TIF_SINGLESTEP, set(t.pstate, PSR.SS), t.pstate)),
  pstateOnly('user_fastforward_single_step', 'drop(pstate, SS) where TIF_SINGLESTEP', (_w, t) => ite(t.TIF_SINGLESTEP, drop(t.pstate, PSR.SS), t.pstate)),
  predicate('is_compat_task', 'predicates.is_compat_task', 'current', (w, t) => w.kernel.predicates.is_compat_task(t)),
  predicate('is_compat_thread', 'predicates.is_compat_task', 'target', (w, t) => w.kernel.predicates.is_compat_task(t)),
  predicate('is_aarch32_compat_task', 'predicates.is_aarch32_compat_task', 'current', (w, t) => w.kernel.predicates.is_aarch32_compat_task(t)),
  predicate('in_compat_syscall', 'predicates.in_compat_syscall', 'current', (w, t) => w.kernel.predicates.in_compat_syscall(t)),
  {
    name: 'tls_thread_flush', model: 'tlsThreadFlush', plan: (w) => {
      const [cpu, t] = [{ ...w.cpu }, copyTask(w.current)]
      tlsThreadFlush(w.kernel, cpu, t)
      return { request: {}, expect: { cpu, current: t }, beyond: tpidr2 }
    },
  },
  {
    name: 'tls_preserve_current_state', model: 'tlsPreserveCurrentState', plan: (w) => {
      const t = copyTask(w.current)
      tlsPreserveCurrentState(w.kernel, w.cpu, t)
      return { request: {}, expect: { current: t }, beyond: tpidr2 }
    },
  },
  {
    name: 'tls_thread_switch', model: 'tlsThreadSwitch', plan: (w) => {
      const [cpu, prev] = [{ ...w.cpu }, copyTask(w.current)]
      tlsThreadSwitch(w.kernel, w.config, cpu, prev, w.target)
      return { request: { parameters: { next: target } }, expect: { cpu, current: prev }, beyond: tpidr2 }
    },
  },
  {
    name: 'erratum_1418040_thread_switch', model: 'erratum1418040ThreadSwitch', plan: (w) => {
      const cpu = { ...w.cpu }
      counterAccess(w, cpu)
      return { request: { parameters: { prev: current, next: target } }, expect: { cpu } }
    },
  },
  {
    name: '__switch_to', model: 'switchTo', plan: (w) => {
      const [cpu, prev, next] = [{ ...w.cpu }, copyTask(w.current), copyTask(w.target)]
      switchTo(w.kernel, w.config, cpu, prev, next)
      cpu.CNTKCTL_EL0VCTEN = w.cpu.CNTKCTL_EL0VCTEN
      counterAccess(w, cpu)
      return { request: { parameters: { prev: current, next: target } }, expect: { cpu, current: prev, target: next }, beyond: tpidr2 }
    },
  },
  {
    name: 'copy_thread', model: 'copyThread', plan: (w) => {
      // copy_process() has copied the whole task before: the child's state is the parent's but for what copy_thread writes
      const child = { ...copyTask(w.target), ...pick(w.current, ['sp', 'pc', 'pstate', 'orig_x0', 'syscallno']), regs: [...w.current.regs] }
      const [flags, newsp, tls] = [bvVar(64, 'clone_flags'), bvVar(64, 'newsp'), bvVar(64, 'tls')]
      copyThread(w.kernel, w.cpu, child, { flags, newsp, tls })
      const arg: Record<string, Term> = { 'args.flags': flags, 'args.stack': newsp, 'args.tls': tls, 'args.fn': bv(64, 0), 'target.flags': bv(32, 0) }
      return {
        request: { parameters: { p: target, clone_flags: { term: flags }, stack_start: { term: newsp }, usp: { term: newsp }, tls: { term: tls } }, initial: (path) => arg[path] },
        assume: [{ holds: is(bv(1, 1), 1), words: 'the child is a user task' }],
        expect: { target: child }, result: bv(64, 0),
        beyond: [...tpidr2, { path: /^target\.thread\.cpu_context\./, why: 'where the child starts in the kernel' }, { path: /^target\.pt_regs\./, why: 'the rest of pt_regs is kernel state' }, { path: /por_el0$/, why: 'no POE in the model' }],
      }
    },
  },
  {
    name: 'task_user_tls', model: 'taskUserTls', plan: (w) => ({ request: { parameters: { t: target } }, also: (f) => f.result === undefined ? [] : [{ name: '*task_user_tls', source: f.result, model: taskUserTls(w.kernel, w.target) }] }),
  },
]
/** EL0's access to the virtual counter at a switch from current to target. */
function counterAccess(w: World, cpu: SymCpu): void {
  if (w.kernel.erratum1418040At !== 'cntkctl_thread_switch') { erratum1418040ThreadSwitch(w.kernel, w.config, cpu, w.current, w.target); return }
  // cntkctl_thread_switch, with the flag that the model takes as clear: on a difference of TIF_32BIT or TIF_TSC_SIGSEGV; access off for TIF_TSC_SIGSEGV, or for a 32-bit next where the erratum is
  const sigsegv = (who: 'current' | 'target'): Bool => w.flags.TIF_TSC_SIGSEGV < 0 ? bool(false) : bit(w.flags.TIF_TSC_SIGSEGV, bvVar(64, `${who}.thread_info.flags`))
  const differ = or(xor(w.current.TIF_32BIT, w.target.TIF_32BIT), xor(sigsegv('current'), sigsegv('target')))
  const off = or(sigsegv('target'), and(w.config.erratum_1418040, asks(w.kernel, 'erratum_1418040_thread_switch', w.target)))
  cpu.CNTKCTL_EL0VCTEN = iteBool(differ, not(off), cpu.CNTKCTL_EL0VCTEN)
}
const pick = (t: SymTask, names: readonly (keyof SymTask)[]): Partial<SymTask> => Object.fromEntries(names.map((n) => [n, t[n]]))
const tpidr2 = [{ path: /tpidr2_el0$|SYS_TPIDR2_EL0$|por_el0$/, why: 'the model has no SME and no POE' }]
