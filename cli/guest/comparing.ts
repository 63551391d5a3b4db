/** One booted machine against model and simulator. */
import { batchesOnGuest, onGuest } from '../../guest/compare.js'
import type { Machine } from '../../guest/machine.js'
import { disagreements } from '../../guest/masks.js'
import { probesFor, type FakeCall, type Observed, type Probe } from '../../guest/probes/index.js'
import { inputs } from '../../guest/vectors.js'
import type { Config } from '../../trace/state.js'
import { asScenario } from './as-scenario.js'
import { onModel, onSimulator, told, type Judge } from './executors.js'

const show = (o: Observed): string => Object.entries(o).map(([k, v]) => `${k}=${v < 0n ? v : `0x${v.toString(16)}`}`).join(' ')
export const say = (line: string): void => { process.stdout.write(`${line}\n`) }

/** Vectors so far: each on model, simulator and guest. */
export class Tally {
  vectors = 0
  readonly byProbe = new Map<string, number>()
  private readonly started = Date.now()
  private readonly cpu = process.cpuUsage()

  add(probe: Probe, n: number): void {
    this.vectors += n
    this.byProbe.set(probe.name, (this.byProbe.get(probe.name) ?? 0) + n)
  }

  report(): void {
    const seconds = (Date.now() - this.started) / 1000
    const { user, system } = process.cpuUsage(this.cpu)
    say(`${this.vectors} vectors in ${Math.round(seconds)} s (${Math.round(this.vectors / seconds)} a second; ${Math.round((user + system) / 1e6)} s of CPU time besides QEMU's): model, simulator and guest on each`)
    for (const [name, n] of this.byProbe) say(`  ${name}: ${n}`)
  }
}

/** Enough for every boundary value and every single bit: a mutant must be caught by so few. */
const forMutants = 120

export interface Comparison { readonly count: number, readonly seed: bigint, readonly probes: readonly string[] | undefined }

const breath = (): Promise<void> => new Promise((go) => { setImmediate(go) })

/** How many vectors differ; the first of each probe is told, shrunk. */
export async function compare(machine: Machine, { count, seed, probes }: Comparison, tally: Tally): Promise<number> {
  const { kernel, guest, config } = machine
  const judges: readonly Judge[] = [{ name: 'simulator', judge: onSimulator(kernel.id) }, { name: 'model', judge: onModel(kernel.id) }]
  const work = probesFor(kernel.how).filter((p) => probes === undefined || probes.includes(p.name))
    .map((probe) => ({ probe, inputs: inputs(probe.bits, kernel.mutant ? Math.min(count, forMutants) : Math.ceil(count * (probe.share ?? 1)), seed, probe.boundary ?? []) }))
  const firsts = new Map<Probe, First>()
  let differing = 0
  for await (const { probe, inputs: given, observed } of batchesOnGuest(guest, work, kernel.how)) {
    for (const [i, input] of given.entries()) {
      // the guest's next answers are taken in meanwhile
      if (i % 32 === 31) await breath()
      const judge = disagreeing(judges, probe, input, observed[i]!, config, kernel.how)
      if (judge === undefined) continue
      if (!firsts.has(probe)) firsts.set(probe, { input, judge, seen: observed[i]! })
      differing++
    }
    tally.add(probe, given.length)
  }
  for (const [probe, first] of firsts) await explain(machine, probe, first)
  return differing
}

const disagreeing = (judges: readonly Judge[], probe: Probe, input: bigint, seen: Observed, config: Config, how: FakeCall): Judge | undefined =>
  judges.find((judge) => disagreements(seen, told(judge, probe, input, config, how), config).length > 0)

interface First { readonly input: bigint, readonly judge: Judge, readonly seen: Observed }

/** The difference with as few bits of the input as it needs, and as a scenario file. What shows only after others of its batch is told as it was seen. */
async function explain({ guest, kernel, config }: Machine, probe: Probe, { input, judge, seen: first }: First): Promise<void> {
  const expected = (v: bigint): Observed => told(judge, probe, v, config, kernel.how)
  const differs = async (v: bigint): Promise<boolean> => disagreements((await onGuest(guest, probe, [v], kernel.how))[0]!, expected(v), config).length > 0
  let small = input
  for (let bit = 0n; bit < probe.bits; bit++) if ((small >> bit & 1n) === 1n && await differs(small & ~(1n << bit))) small &= ~(1n << bit)
  const [alone] = await onGuest(guest, probe, [small], kernel.how)
  const shows = disagreements(alone!, expected(small), config).length > 0
  if (!shows) small = input
  const seen = shows ? alone : first
  say(`  ${probe.name}: ${probe.what}\n    input 0x${small.toString(16)}: ${disagreements(seen!, expected(small), config).join(', ')} differ\n    guest:     ${show(seen!)}\n    ${judge.name.padEnd(10)} ${show(expected(small))}`)
  say(asScenario(kernel.id, probe, small, config, kernel.how).trimEnd().replace(/^/gm, '    | '))
}
