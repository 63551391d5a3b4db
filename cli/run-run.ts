import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { residueReport, simulatedKernels } from '../sim/index.js'
import { changes, configsOf, expectedOn, runScenario, type ScenarioRun } from '../sim/scenario-run.js'
import { parseScenario, type Scenario } from '../sim/scenario-parse.js'
import { UsageError } from '../trace/errors.js'
import { describeEvent } from '../trace/events.js'
import { itfText } from '../trace/itf.js'
import { defaultConfig, type Config } from '../trace/state.js'
import type { Status } from './action.js'
import { readInput, writeOutput } from './files.js'
import { colours, emit, type Colours } from './output.js'

export interface RunOptions { kernel?: string[], seed: string, steps?: boolean, residue?: boolean, itf?: string, json?: string }

interface Outcome { readonly scenario: Scenario, readonly run: ScenarioRun, readonly differs?: string, readonly ok: boolean }

export async function run(paths: string[], options: RunOptions): Promise<Status> {
  const seed = seedOf(options.seed)
  const kernels = options.kernel ?? simulatedKernels
  for (const k of kernels) if (!simulatedKernels.includes(k)) throw new UsageError('E_NO_SIMULATOR', `no simulator for kernel '${k}'; there is one for ${simulatedKernels.join(', ')}`)
  const scenarios = paths.flatMap(filesOf).map((f) => parseScenario(readInput(f), f))
  const outcomes = scenarios.flatMap((s) => runAll(s, kernels, seed))
  if (outcomes.length === 0) throw new UsageError('E_NO_RUN', 'none of these scenarios is for these kernels')
  if (options.itf !== undefined) writeItf(options.itf, outcomes)
  emit(options.json, () => json(seed, outcomes), () => text(scenarios.length, seed, outcomes, options, colours()))
  return outcomes.every((o) => o.ok) ? 0 : 1
}

function seedOf(given: string): number {
  const n = Number(given)
  if (!/^\d+$/.test(given) || n > 0x7fffffff) throw new UsageError('E_SEED', `'${given}' is no seed; it is a number from 0 to 2147483647`)
  return n
}

function filesOf(path: string): string[] {
  if (!(statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)) return [path]
  const found = readdirSync(path, { recursive: true }).map(String).filter((f) => f.endsWith('.yaml')).sort()
  if (found.length === 0) throw new UsageError('E_NO_SCENARIO', `${path} has no .yaml file`)
  return found.map((f) => join(path, f))
}

function runAll(s: Scenario, kernels: readonly string[], seed: number): Outcome[] {
  return kernels.flatMap((kernel) => {
    const { runs, differs } = expectedOn(s, kernel)
    if (!runs) return []
    return configsOf(s).map((config) => {
      const r = runScenario(s, kernel, config, seed)
      return { scenario: s, run: r, ...(differs === undefined ? {} : { differs }), ok: (r.failures.length === 0) === (differs === undefined) }
    })
  })
}

const settings = (c: Config): string => Object.entries(c).filter(([k, v]) => v !== defaultConfig[k as keyof Config]).map(([k, v]) => v === true ? k : `no ${k}`).join(', ') || 'default'

function text(scenarios: number, seed: number, outcomes: readonly Outcome[], { steps, residue }: RunOptions, c: Colours): string {
  const lines = [`seed ${seed}, ${scenarios} scenario${scenarios === 1 ? '' : 's'}`]
  for (const o of outcomes) {
    const word = o.ok ? c.green(o.differs === undefined ? 'pass' : 'differs') : c.red('FAIL')
    lines.push(`${word}  ${o.scenario.content.scenario}  ${o.run.kernel}  ${settings(o.run.config)}${o.differs === undefined ? '' : c.dim(`  ${o.differs}`)}`)
    if (!o.ok) lines.push(...(o.run.failures.length > 0 ? o.run.failures.map((f) => `  ${f}`) : ['  passes, although it is said to differ']))
    if (steps === true) o.run.events.forEach((e, i) => lines.push(`  ${i + 1}. ${describeEvent(e)}`, ...changed(o.run, i, c)))
    if (residue === true) lines.push(...residueLines(o.run))
  }
  const failed = outcomes.filter((o) => !o.ok).length
  lines.push(`${outcomes.length} runs, ${failed === 0 ? 'all as expected' : `${failed} not as expected`}`)
  return `${lines.join('\n')}\n`
}

function residueLines(r: ScenarioRun): string[] {
  const { ways, visible } = residueReport(r.kernel, r.config, r.states[0]!, r.events)
  if (ways.length === 0) return ['  residue: none']
  return [`  residue: ${ways.length} places`, ...visible.map((v) => `    ${v.path} can be read by user space after event ${v.event + 1}: V${v.from.vreg} of the stack in event ${v.from.event + 1}`)]
}

const hex = (v: bigint | boolean): string => typeof v === 'bigint' ? `0x${v.toString(16)}` : String(v)

function changed(r: ScenarioRun, i: number, c: Colours): string[] {
  const all = changes(r, i)
  const words = all.filter((d) => d.path.includes('.words['))
  const rest = all.filter((d) => !d.path.includes('.words[')).map((d) => `       ${d.path}: ${c.dim(hex(d.from))} → ${hex(d.to)}`)
  return words.length > 4 ? [...rest, `       ${words.length} words of memory, ${words[0]!.path} to ${words.at(-1)!.path}`] : [...rest, ...words.map((d) => `       ${d.path}: ${c.dim(hex(d.from))} → ${hex(d.to)}`)]
}

function json(seed: number, outcomes: readonly Outcome[]): object {
  return {
    format: 'arm64-compat/run', version: 1, seed,
    runs: outcomes.map((o) => ({ scenario: o.scenario.content.scenario, file: o.scenario.file, kernel: o.run.kernel, config: o.run.config, events: o.run.events.length, ok: o.ok, ...(o.differs === undefined ? {} : { differs: o.differs }), failures: o.run.failures })),
  }
}

function writeItf(file: string, outcomes: readonly Outcome[]): void {
  const [one, ...more] = outcomes
  if (one === undefined || more.length > 0) throw new UsageError('E_ITF', `--itf takes one run, here are ${outcomes.length}; name one scenario and one --kernel`)
  writeOutput(file, itfText({ kernel: one.run.kernel, config: one.run.config, start: 'assumed', states: [...one.run.states], events: [...one.run.events] }))
}
