/** Lifted functions in place of the model's: where a source does what no kernel of the model does. */
import type { Lifted } from '../../lift/index.js'
import type { LiftedBody } from '../../model/tasks/kernel.js'
import { NotInModelError } from '../../model/tasks/lifted.js'
import { bool, boolVar, bv, bvVar, concat, eq, extract, is, ite, not, zext } from '../../model/terms/build.js'
import { substitute } from '../../model/terms/substitute.js'
import type { BV, Term } from '../../model/terms/term.js'
import { restartFn, syscallStop } from '../../trace/state.js'
import type { Base } from './kernels.js'
import { requestOf, type Binding, type Plan } from './comparison.js'
import { distance } from './memory.js'
import { bindings, type Source } from './verify.js'
import { callFlags, flagBits, plain, world, type World } from './world.js'

/** Functions of the model that ask for a lifted body (model/tasks/lifted.ts), callees before callers. */
const replaceable = ['user_regs_reset_single_step', 'valid_native_regs', 'valid_compat_regs', 'valid_user_regs', 'tls_preserve_current_state', 'tls_thread_flush', 'tls_thread_switch', 'copy_thread', 'task_user_regset_view',
  'gpr_set', 'compat_gpr_set', 'tls_set', 'compat_tls_set', 'system_call_set', 'compat_ptrace_write_user', 'compat_sys_sigreturn', 'compat_sys_rt_sigreturn', 'syscall_get_arch', 'do_ni_syscall', 'setup_return'] as const
/** A function that nothing of the model calls but these: they stand for it. */
const standIns: Readonly<Record<string, readonly string[]>> = {
  compat_restore_vfp_context: ['compat_sys_sigreturn', 'compat_sys_rt_sigreturn'], compat_restore_sigframe: ['compat_sys_sigreturn', 'compat_sys_rt_sigreturn'],
}
const setters = new Set<string>(['gpr_set', 'compat_gpr_set', 'tls_set', 'compat_tls_set', 'system_call_set'])

/** Puts functions in place until nothing differs, or nothing more can be put. */
export async function inPlace(source: Source, kernel: Base, left: readonly string[], open: (k: Base, names: readonly string[]) => Promise<readonly string[]>): Promise<{ kernel: Base, functions: string[], left: readonly string[] }> {
  const functions: string[] = []
  for (const name of replaceable) {
    if (!left.includes(name)) continue
    const body = bodyOf(source, kernel, name)
    if (body === undefined) continue
    const next: Base = { ...kernel, lifted: new Map([...kernel.lifted ?? [], [name, body]]) }
    try {
      const now = await open(next, left)
      if (now.includes(name)) continue
      kernel = next
      left = now
      functions.push(name)
    } catch (e) {
      if (!(e instanceof NotInModelError)) throw e
    }
  }
  const standsFor = (name: string): boolean => standIns[name]?.every((s) => kernel.lifted?.has(s)) === true
  return { kernel, functions, left: left.filter((name) => !standsFor(name)) }
}

/** The function as the model can call it; undefined where it does what cannot be said so: user memory away from the frame, an effect, something undefined in C. */
export function bodyOf(source: Source, kernel: Base, name: string): LiftedBody | undefined {
  const binding = bindings.find((b) => b.name === name)!
  const w = world(kernel, source.flags)
  const plan = binding.plan(w)
  const f = setters.has(name) ? source.lifter.lift(name, { ...requestOf(w, plan), readUser: words(w) }) : source.lift(kernel, binding, requestOf(w, plan))
  if (f.kind !== 'lifted') return undefined
  const changes = cells(f, w, plan, binding)
  if (changes === undefined) return undefined
  // what a copy leaves behind that faulted in the middle: that nothing depends on it is proven when the body is compared with the source again
  const settled = (t: Term): Term => substitute([t], (v) => v.op !== 'var' ? undefined : tracees(v) ?? (/^(partial copy#|residue:)/.test(v.name) ? (v.width === 0 ? bool(false) : bv(v.width, 0)) : undefined))[0]!
  return { result: f.result === undefined ? undefined : settled(resultOf(name, f.result, plan)), changes: new Map([...changes].map(([path, t]) => [path, settled(t)])) }
}
/** A setter runs while its tracee is in a stop; the stop at the end of a call is PTRACE_EVENTMSG_SYSCALL_EXIT (2) with SIGTRAP (5), which the model has as `syscall_stop`. */
function tracees(v: Term): Term | undefined {
  const atExit = is(bvVar(8, 'target.syscall_stop'), syscallStop.exit)
  switch (v.name) {
    case 'target.last_siginfo': return bv(64, 1)
    case 'target.last_siginfo.si_code': return ite(atExit, bv(32, 5), bv(32, 0))
    case 'target.ptrace_message': return ite(atExit, bv(64, 2), bv(64, 0))
    default: return undefined
  }
}
/** The result as the model's function has it: widened, a view as its code. */
function resultOf(name: string, result: Term, plan: Plan): Term {
  if (name === 'task_user_regset_view') return result
  return plan.result !== undefined && typeof plan.result !== 'function' && result.width < plan.result.width ? make64(result) : result
}
const make64 = (t: Term): Term => { const sign = extract<1>(t.width - 1, t.width - 1, t); return ite(eq(sign, bv(1, 1)), concat<64>(bv(64 - t.width, (1n << BigInt(64 - t.width)) - 1n), t), zext(64, t) as BV<64>) }

/** User memory of a setter as its caller in the model hands it over: word by word, with a fault each. */
function words(w: World): (addr: BV<64>, bytes: number) => { value: Term, fault: ReturnType<typeof boolVar> } {
  return (addr, bytes) => {
    const o = distance(addr, w.current.buf.base) ?? -1
    const word = (i: number): Term => bvVar(32, `word[${i}]`)
    const value = bytes === 8 ? concat<64>(word(o / 4 + 1), word(o / 4)) : word(o / 4)
    return { value: bytes === 8 || bytes === 4 ? value : bvVar(bytes * 8, `bytes[${o}:${bytes}]`), fault: boolVar(`fault[${o}:${bytes}]`) }
  }
}

/** What the function changes, by the model's names. */
function cells(f: Lifted, w: World, plan: Plan, _b: Binding): Map<string, Term> | undefined {
  const out = new Map<string, Term>()
  for (const [path, { after }] of f.changes) {
    const beyond = (plan.beyond ?? []).some((b) => b.path.test(path))
    const m = /^(current|target)\.(.*)$/.exec(path)
    const cpu = /^cpu\.(tpidr_el0|tpidrro_el0)$/.exec(path)
    if (cpu !== null) { out.set(`cpu.${cpu[1]!.toUpperCase()}`, after); continue }
    if (m === null) { if (beyond) continue; return undefined }
    const [who, cell] = [m[1]!, m[2]!]
    const reg = /^pt_regs\.(regs\[\d+\])$/.exec(cell) ?? /^thread\.uw\.fpsimd_state\.(vregs\[\d+\])$/.exec(cell)
    if (reg !== null) out.set(`${who}.${reg[1]}`, after)
    else if (cell === 'thread_info.flags') for (const b of flagBits(w, after)) out.set(`${who}.${b.name}`, is(b.bit as BV<1>, 1))
    else if (cell === 'forced.signo') out.set(`${who}.signo`, extract<8>(7, 0, after))
    else if (cell === 'restart_block.fn') out.set(`${who}.restart_fn`, ite(is(noRestartAs1(after), 1), bv(8, restartFn.do_no_restart_syscall), bvVar(8, `${who}.restart_fn`)))
    else if (callFlags[cell] !== undefined) out.set(`${who}.compat_call`, not(is(after as BV, 0)))
    else if (plain[cell] !== undefined) out.set(`${who}.${plain[cell]}`, after)
    else if (!beyond) return undefined
  }
  return out
}
/** The restart function as 1 (the one that sigreturn installs) or 0 (any other). */
const noRestartAs1 = (after: Term): BV<64> => substitute([after], (t) => t.op !== 'var' ? undefined : t.name === '&do_no_restart_syscall' ? bv(64, 1) : t.name.endsWith('restart_block.fn') ? bv(64, 0) : undefined)[0] as BV<64>
