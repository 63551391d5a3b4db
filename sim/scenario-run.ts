/** Running a scenario on one kernel with one configuration and one seed. */
import type { Event } from '../trace/events.js'
import { fullKernelId } from '../trace/kernel-id.js'
import { differences, type Difference } from '../trace/trace.js'
import { defaultConfig, place, taskNames, type Config, type State, type TaskName } from '../trace/state.js'
import { seededChoices, type Choices } from './choices.js'
import { selected } from './handler.js'
import { kernelOf } from './kernels.js'
import { NotEnabled } from './not-enabled.js'
import { constant, read, whereIs, within } from './scenario-names.js'
import { fail, type Scenario } from './scenario-parse.js'
import type { Step } from './scenario-schema.js'
import { writesOf } from './scenario-set.js'
import { scenarioStart } from './scenario-start.js'
import { simulateWith } from './simulate.js'

export interface ScenarioRun {
  readonly kernel: string
  readonly config: Config
  readonly seed: number
  /** states[i + 1] is after events[i] */
  readonly states: readonly State[]
  readonly events: readonly Event[]
  /** `file:line: what was expected`; empty if the scenario passed */
  readonly failures: readonly string[]
}

/** What runs of this scenario there are on a kernel: one for each of its configurations; none where it does not apply. */
export function configsOf(s: Scenario): Config[] {
  return (s.content.configs ?? [{}]).map((c) => ({ ...defaultConfig, ...c }) as Config)
}

/** `passes`, `not for this kernel`, or the reason why it rightly differs there. */
export function expectedOn(s: Scenario, kernel: string): { runs: boolean, differs?: string } {
  const differs = Object.entries(s.content.differs ?? {}).find(([name]) => names([name], kernel))?.[1]
  return { runs: s.content.kernels === undefined || names(s.content.kernels, kernel), ...(differs === undefined ? {} : { differs }) }
}

/** Whether a list names a kernel: itself, or the version it is based on. */
function names(list: readonly string[], kernel: string): boolean {
  const full = fullKernelId(kernel)
  return list.some((name) => fullKernelId(name) === full || (/^v[\d.]+$/.test(name) && full.endsWith(`@${name}`)))
}

class Runner {
  state: State
  marked: State
  readonly states: State[]
  readonly events: Event[] = []
  readonly failures: string[] = []
  private readonly choices: Choices | undefined

  constructor(private readonly s: Scenario, private readonly kernel: string, private readonly config: Config, seed: number) {
    this.choices = seed === 0 ? undefined : seededChoices(seed)
    this.state = this.marked = scenarioStart(s, kernel, config)
    this.states = [this.state]
  }

  run(): void {
    this.s.content.steps.forEach((step, i) => {
      if (step.on !== undefined && !names(step.on, this.kernel)) return
      if (step.not_on !== undefined && names(step.not_on, this.kernel)) return
      this.step(step, this.s.lines[i]!)
    })
  }

  private step(step: Step, line: number): void {
    if (step.mark === true) this.marked = this.state
    else if (step.see !== undefined) this.see(step.see, line)
    else if (step.unchanged !== undefined) for (const names of step.unchanged) this.unchanged(names, line)
    else {
      const task = taskNames.find((n) => step[n] !== undefined)!
      try {
        for (const e of this.eventsOf(step, task, line)) this.apply(e)
        if (step.impossible === true) this.failures.push(`${this.at(line)}: the step was expected to be impossible`)
      } catch (e) {
        if (!(e instanceof NotEnabled)) throw e
        if (step.impossible !== true) this.failures.push(`${this.at(line)}: not possible there: ${e.reason}`)
      }
    }
  }

  private at(line: number): string {
    return `${this.s.file}:${line}`
  }

  private apply(e: Event): void {
    this.state = simulateWith(kernelOf(this.kernel), this.config, this.state, e)
    this.events.push(e)
    this.states.push(this.state)
  }

  private lookup(name: string, line: number, state = this.state): { value: bigint | boolean | undefined, bits: number, field: string } {
    const { owner, rest } = within(name)
    const where = owner === undefined ? undefined : whereIs(rest)
    const there = owner?.kind === 'cpu' ? owner.index < state.cpus.length && where?.kind === 'cpu' : owner !== undefined && owner.index < state.tasks.length
    if (owner === undefined || where === undefined || !there) throw fail(this.s.file, line, `nothing is called '${name}'; names are like A.x0, B.pstate, A.TPIDRRO_EL0, A.rt64.pstate, A.cpu, cpu0.TPIDR_EL0`)
    return { value: read(where, owner, state), bits: where.kind === 'memory' ? 8 * where.size : where.bits, field: rest }
  }

  private see(expected: NonNullable<Step['see']>, line: number): void {
    for (const [name, given] of Object.entries(expected)) {
      const found = this.lookup(name, line)
      const value = constant(given, found.bits, found.field)
      if (value === undefined) throw fail(this.s.file, line, `'${String(given)}' is no value of ${name}`)
      const wanted = typeof found.value === 'boolean' ? value === true || value === 1n : value
      if (found.value !== wanted) this.failures.push(`${this.at(line)}: ${name} is ${show(found.value)}, not ${show(wanted)}`)
    }
  }

  private unchanged(names: string, line: number): void {
    const range = /^([A-D])\.([xrv])(\d+)-[xrv]?(\d+)$/.exec(names)
    const all = range ? Array.from({ length: Number(range[4]) - Number(range[3]) + 1 }, (_, i) => `${range[1]}.${range[2]}${Number(range[3]) + i}`) : [names]
    for (const name of all) {
      const now = this.lookup(name, line).value
      const before = this.lookup(name, line, this.marked).value
      if (now !== before) this.failures.push(`${this.at(line)}: ${name} is ${show(now)}, was ${show(before)}`)
    }
  }

  private number(given: bigint | string | boolean | undefined, bits: number, otherwise: bigint, line: number, field = ''): bigint {
    if (given === undefined) return otherwise
    const v = constant(given, bits, field)
    if (typeof v !== 'bigint') throw fail(this.s.file, line, `'${String(given)}' is no number`)
    return v
  }

  private *eventsOf(step: Step, task: TaskName, line: number): Generator<Event> {
    const verb = step[task]!
    const t = (): State['tasks'][number] => this.state.tasks[taskNames.indexOf(task)]!
    const n = (v: bigint | string | boolean | undefined, bits = 64, otherwise = 0n, field = ''): bigint => this.number(v, bits, otherwise, line, field)
    const entry = { task, upper: n(step.upper, 15, this.choices === undefined || (t().pstate & 16n) === 0n ? 0n : BigInt(this.choices.next(1 << 15))), mte_async_fault: step.mte_async_fault ?? false }
    if (step.with !== undefined) yield { kind: 'user', task, set: writesOf(step.with, t(), this.s.file, line) }
    switch (verb) {
      case 'set': return
      case 'svc': yield { kind: 'svc', imm: n(step.imm, 16), ...entry }; return
      case 'irq': yield { kind: 'irq', ...entry }; return
      case 'step': yield { kind: 'step', task, upper: entry.upper }; return
      case 'leave': case 'restart': case 'die': case 'eret': case 'stop': case 'trace_enter': case 'trace_exit': case 'skip': case 'module': yield { kind: verb, task }; return
      case 'resume': yield { kind: verb, task, ...(step.request === undefined ? {} : { with: step.request }) }; return
      case 'seccomp': yield { kind: verb, task, action: step.action ?? 'errno', data: n(step.data, 16) }; return
      case 'switch': yield { kind: 'switch', from: task, to: step.to ?? (task === 'A' ? 'B' : 'A') }; return
      case 'signal': yield { kind: 'signal', task, signo: n(step.signo, 8, 10n), handler: n(step.handler, 64, 0x9000n), flags: n(step.flags, 32), restorer: n(step.restorer), sigtramp: n(step.sigtramp, 64, 0xa000n) }; return
      case 'syscall':
        yield { kind: 'svc', imm: n(step.imm, 16), ...entry }
        if (t().at === place.entered) yield this.handlerEvent(this.handlerOf(t(), step), step, task, n)
        if (t().at === place.handled) yield { kind: 'leave', task }
        if (t().at === place.returning && t().signo === 0n && !t().TIF_MTE_ASYNC_FAULT) yield { kind: 'eret', task }
        return
      default: yield this.handlerEvent(verb === 'call' ? 'other' : verb, step, task, n)
    }
  }

  /** The handler that the number selects; clone3 with a result is one that failed. */
  private handlerOf(t: State['tasks'][number], step: Step): ReturnType<typeof selected> {
    const call = selected(kernelOf(this.kernel), t)
    return call === 'clone3' && step.returns !== undefined ? 'other' : call
  }

  private handlerEvent(call: Extract<Event, { kind: 'handler' }>['call'], step: Step, task: TaskName, n: (v: bigint | string | boolean | undefined, bits?: number, otherwise?: bigint, field?: string) => bigint): Event {
    const fill = (_: unknown, i: number): bigint => {
      const given = typeof step.residue === 'object' ? step.residue[`v${i}`] ?? 0n : step.residue
      return given === undefined && this.choices !== undefined ? BigInt(this.choices.next(0x7fffffff)) : n(given, 128)
    }
    switch (call) {
      case 'sigreturn': case 'rt_sigreturn': return { kind: 'handler', task, call, si_code: n(step.si_code, 32, 1n), residue: Array.from({ length: 32 }, fill) }
      case 'ptrace': return { kind: 'handler', task, call, target: step.target ?? (task === 'A' ? 'B' : 'A') }
      case 'clone': case 'clone3': return { kind: 'handler', task, call, child: step.child ?? 'B' }
      case 'execve': return { kind: 'handler', task, call, bits: step.bits === 32n ? 32 : 64 }
      case 'ni': case 'tagged_addr': return { kind: 'handler', task, call }
      case 'mmap': return { kind: 'handler', task, call, result: n(step.returns) }
      case 'other': return { kind: 'handler', task, call, result: n(step.returns), restart: n(step.restart_fn, 8, 0n, 'restart_fn') }
    }
  }
}

const show = (v: bigint | boolean | undefined): string => typeof v === 'bigint' ? '0x' + v.toString(16) : v === undefined ? 'on no CPU' : String(v)

/** Deterministic in its four arguments. Seed 0: every choice that the scenario leaves open is 0. Throws `E_SCENARIO` for names that mean nothing. */
export function runScenario(s: Scenario, kernel: string, config: Config, seed = 0): ScenarioRun {
  const r = new Runner(s, kernel, config, seed)
  r.run()
  return { kernel, config, seed, states: r.states, events: r.events, failures: r.failures }
}

/** What step i of a run changed. */
export const changes = (r: ScenarioRun, i: number): Difference[] => differences(r.states[i]!, r.states[i + 1]!)
