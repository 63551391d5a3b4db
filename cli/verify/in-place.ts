/** Lifted functions in place of the model's: where a source does what no kernel of the model does. */
import type { LiftedBody } from '../../model/tasks/kernel.js'
import { dispatcherHalves, NotInModelError } from '../../model/tasks/lifted.js'
import { bool, boolVar, bv, bvVar, concat, eq, extract, is, ite, zext } from '../../model/terms/build.js'
import { substitute } from '../../model/terms/substitute.js'
import type { BV, Term } from '../../model/terms/term.js'
import { syscallStop } from '../../trace/state.js'
import type { Base } from './kernels.js'
import { sameModel } from './behaviour.js'
import { cells } from './cells.js'
import { requestOf, type Plan } from './comparison.js'
import { halfBodies, invokeBodies } from './halves.js'
import { distance } from './memory.js'
import { bindings, liftFor, type Source } from './verify.js'
import { world, type World } from './world.js'

/** Functions of the model that ask for a lifted body (model/tasks/lifted.ts), callees before callers. */
const replaceable = ['user_regs_reset_single_step', 'valid_native_regs', 'valid_compat_regs', 'valid_user_regs', 'tls_preserve_current_state', 'tls_thread_flush', 'tls_thread_switch', 'copy_thread', 'task_user_regset_view',
  'gpr_set', 'compat_gpr_set', 'tls_set', 'compat_tls_set', 'system_call_set', 'compat_ptrace_write_user', 'compat_sys_sigreturn', 'compat_sys_rt_sigreturn', 'syscall_get_arch', 'do_ni_syscall', 'setup_return'] as const
/** A function that nothing of the model calls but these: they stand for it. */
const standIns: Readonly<Record<string, readonly string[]>> = {
  el0_svc_common: dispatcherHalves.flatMap((h) => [h.fn, `${h.fn}: around invoke_syscall`]),
  compat_restore_vfp_context: ['compat_sys_sigreturn', 'compat_sys_rt_sigreturn'], compat_restore_sigframe: ['compat_sys_sigreturn', 'compat_sys_rt_sigreturn'],
}
/** What the model has in several events, put in place piece by piece. */
const inPieces: readonly { readonly names: readonly string[], bodies(source: Source, kernel: Base): readonly ReadonlyMap<string, LiftedBody>[] }[] = [
  { names: ['invoke_syscall'], bodies: invokeBodies },
  ...dispatcherHalves.map((h) => ({ names: [h.fn, `${h.fn}: around invoke_syscall`], bodies: (source: Source, kernel: Base) => halfBodies(source, kernel, h) })),
]
const setters = new Set<string>(['gpr_set', 'compat_gpr_set', 'tls_set', 'compat_tls_set', 'system_call_set'])

/** Puts functions in place until nothing differs, or nothing more can be put. What was equal to `first` and what is another function of the model now is asked about again. */
export async function inPlace(source: Source, first: Base, kernel: Base, left: readonly string[], open: (k: Base, names: readonly string[]) => Promise<readonly string[]>): Promise<{ kernel: Base, functions: string[], left: readonly string[] }> {
  const functions: string[] = []
  const differing = left
  const put = async (names: readonly string[], bodies: ReadonlyMap<string, LiftedBody>): Promise<boolean> => {
    const next: Base = { ...kernel, lifted: new Map([...kernel.lifted ?? [], ...bodies]) }
    try {
      const now = await open(next, left)
      if (names.some((n) => now.includes(n))) return false
      kernel = next
      left = now
      functions.push(names[0]!)
      return true
    } catch (e) {
      if (!(e instanceof NotInModelError)) throw e
      return false
    }
  }
  for (const name of replaceable) {
    if (!left.includes(name)) continue
    const body = bodyOf(source, kernel, name)
    if (body !== undefined) await put([name], new Map([[name, body]]))
  }
  for (const { names, bodies } of inPieces) {
    if (names.some((n) => left.includes(n))) left = await open(kernel, left)
    if (!names.some((n) => left.includes(n))) continue
    for (const pieces of bodies(source, kernel)) if (await put(names, pieces)) break
  }
  const equal = (name: string): boolean => !left.includes(name) && liftFor(source, kernel, bindings.find((b) => b.name === name)!).lifted.kind === 'lifted'
  const standsFor = (name: string): boolean => standIns[name]?.every(equal) === true
  const others = bindings.filter((b) => !differing.includes(b.name) && !sameModel(first, kernel, source, b)).map((b) => b.name)
  if (others.length > 0) left = [...left, ...await open(kernel, others)]
  return { kernel, functions, left: left.filter((name) => !standsFor(name)) }
}

/** The function as the model can call it; undefined where it does what cannot be said so: user memory away from the frame, an effect, something undefined in C. */
export function bodyOf(source: Source, kernel: Base, name: string): LiftedBody | undefined {
  const binding = bindings.find((b) => b.name === name)!
  const w = world(kernel, source.flags)
  const plan = binding.plan(w)
  const f = setters.has(name) ? source.lifter.lift(name, { ...requestOf(w, plan), readUser: words(w) }) : source.lift(kernel, binding, requestOf(w, plan))
  if (f.kind !== 'lifted') return undefined
  const changes = cells(f.changes, w, plan.beyond ?? [])
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
