/** The model on concrete states. */
import { allKernels, concretise, fresh, step, symConfig, symEvent, symState, type Kernel, type SymConfig, type SymCpu, type SymTask } from '../../model/index.js'
import { constants } from '../../model/tasks/symbolic.js'
import { evaluate } from '../../model/terms/evaluate.js'
import type { Bool, BV, Term } from '../../model/terms/term.js'
import { afterExec, configSpec, cpuSpec, defaultConfig, specOf, taskSpec, type Config, type Cpu, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'

export const kernel = (name: string): Kernel => {
  const k = allKernels.find((x) => x.name === name)
  if (k === undefined) throw new Error(`no kernel ${name}`)
  return k
}
export const config = (over: Partial<Config> = {}): Config => ({ ...defaultConfig, ...over })
/** Every CPU feature, no KPTI, no erratum. */
export const features: Config = config({ mixed_endian_el0: true, dit: true, ssbs: true, bti: true, mte: true })
export const symbolicConfig = (over: Partial<Config> = {}): SymConfig => symConfig(config(over))
export const anyConfig = (): SymConfig => fresh(configSpec, 'c.')

const none = (): undefined => undefined
export const num = (t: Term): bigint => evaluate(t as BV, none) as bigint
export const truth = (t: Bool): boolean => evaluate(t, none) as boolean

export const symTask = (t: Task): SymTask => constants(taskSpec, t)
export const symCpu = (c: Partial<Cpu> = {}): SymCpu => constants(cpuSpec, { TPIDR_EL0: 0n, TPIDRRO_EL0: 0n, CNTKCTL_EL0VCTEN: true, current: 0n, ...c })
/** A task after exec with fields replaced. */
export const task = (bits: 64 | 32, over: Partial<Task> = {}): SymTask => symTask({ ...afterExec(bits, defaultConfig), ...over })
/** An AArch64 task in a 32-bit call. */
export const fakeTask = (over: Partial<Task> = {}): SymTask => task(64, { compat_call: true, ...over })

/** The state after the events; throws where the model says one is not possible. */
export function after(kernelName: string, c: Config, s: State, ...events: Event[]): State {
  return events.reduce((state, e) => {
    const r = step(kernel(kernelName), symConfig(c), symState(state), symEvent(e))
    if (!truth(r.enabled)) throw new Error(`${kernelName}: not possible: ${e.kind}${e.kind === 'handler' ? ` ${e.call}` : ''}`)
    return concretise(specOf(state), r.state as never, none) as State
  }, s)
}
/** Is the event possible? */
export const possible = (kernelName: string, c: Config, s: State, e: Event): boolean => truth(step(kernel(kernelName), symConfig(c), symState(s), symEvent(e)).enabled)

export const bit = (n: number): bigint => 1n << BigInt(n)
export const errno = (n: number): bigint => BigInt.asUintN(64, BigInt(-n))
