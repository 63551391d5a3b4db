import { batchesOnGuest, onGuest } from '../../guest/compare.js'
import { guestKernel, guestKernels, stopGuests, warmMachine, type GuestKernel } from '../../guest/index.js'
import { obtain } from '../../guest/kernels.js'
import type { Machine } from '../../guest/machine.js'
import { disagreements } from '../../guest/masks.js'
import { asRun, probesFor, type FakeCall, type Observed, type Probe } from '../../guest/probes/index.js'
import type { CpuName } from '../../guest/qemu.js'
import { inputs } from '../../guest/vectors.js'
import type { Config } from '../../trace/state.js'
import { ContradictionError, UsageError } from '../../trace/errors.js'
import type { Status } from '../action.js'
import { onModel, onSimulator, told, type Judge } from './executors.js'
import type { GuestCheckOptions } from './options.js'

const show = (o: Observed): string => Object.entries(o).map(([k, v]) => `${k}=${v < 0n ? v : `0x${v.toString(16)}`}`).join(' ')
const say = (line: string): void => { process.stdout.write(`${line}\n`) }

/** `stated`: probes that say themselves what is right. */
interface Tally { vectors: number, differing: number, readonly stated: Set<string>, readonly byProbe: Map<string, number> }

/** Exit status 4 where a kernel that is not a mutant differs, or a mutant does not. */
export async function check(ids: readonly string[], options: GuestCheckOptions): Promise<Status> {
  const count = positive(options.vectors, '--vectors')
  const kernels = ids.length > 0 ? ids.map(guestKernel) : guestKernels().filter((k) => 'built' in k.from)
  const until = options.soak === undefined ? 0 : Date.now() + positive(options.soak, '--soak') * 60_000
  const tally: Tally = { vectors: 0, differing: 0, stated: new Set(), byProbe: new Map() }
  const wrong: string[] = []
  const started = Date.now()
  let seed = BigInt(positive(options.seed, '--seed'))
  say(`seed ${seed}, ${count} inputs a probe`)
  do {
    for (const kernel of kernels) {
      await obtain(kernel, (line) => process.stderr.write(`${line}\n`))
      let caught = 0
      for (const [cpu, kpti] of machines(kernel, options)) {
        const machine = await warmMachine(kernel, cpu, kpti)
        const differing = await compare(machine, options, count, seed, tally)
        say(`${kernel.id} ${cpu} kpti ${kpti ? 'on' : 'off'}: ${differing === 0 ? 'agree' : `${differing} vectors differ`}`)
        caught += differing
        await stopGuests()
      }
      if (kernel.mutant ? caught === 0 : caught > 0) wrong.push(kernel.id)
    }
    seed++
  } while (Date.now() < until && wrong.length === 0)
  const seconds = (Date.now() - started) / 1000
  const stated = [...tally.stated].reduce((n, name) => n + tally.byProbe.get(name)!, 0)
  say(`${tally.vectors} vectors in ${Math.round(seconds)} s (${Math.round(tally.vectors / seconds)} a second); ${tally.vectors - stated} of them on model, simulator and guest`)
  for (const [name, n] of tally.byProbe) say(`  ${name}: ${n}${tally.stated.has(name) ? ' (guest, and what the probe states)' : ''}`)
  if (wrong.length > 0) throw new ContradictionError('E_GUEST_DIFFERS', `${wrong.join(', ')}: a mutant that nothing noticed, or a kernel that model and simulator do not describe`)
  return 0
}

function positive(text: string, option: string): number {
  const n = Number(text)
  if (!Number.isFinite(n) || n <= 0) throw new UsageError('E_NUMBER', `${option} ${text}: not a positive number`)
  return n
}

/** Mainline on three CPUs and both KPTI settings; variants on one each way; a mutant where it shows. */
function machines(kernel: GuestKernel, o: GuestCheckOptions): [CpuName, boolean][] {
  if (o.cpu !== undefined || o.kpti !== undefined) return (o.cpu ?? ['max']).flatMap((cpu) => (o.kpti ?? ['on']).map((kpti): [CpuName, boolean] => [cpu, kpti === 'on']))
  if (kernel.mutant) return [['max', true]]
  if (kernel.how !== 'none') return [['cortex-a72', false], ['max-mte', true]]
  return [['cortex-a72', false], ['cortex-a72', true], ['cortex-a76', false], ['cortex-a76', true], ['max', false], ['max', true]]
}

const breath = (): Promise<void> => new Promise((go) => { setImmediate(go) })

async function compare(machine: Machine, o: GuestCheckOptions, count: number, seed: bigint, tally: Tally): Promise<number> {
  const { kernel, guest, config } = machine
  const judges: readonly Judge[] = [{ name: 'simulator', judge: onSimulator(kernel.id) }, { name: 'model', judge: onModel(kernel.id) }]
  const work = probesFor(kernel.how).filter((p) => o.probe === undefined || o.probe.includes(p.name))
    .map((probe) => ({ probe, inputs: inputs(probe.bits, kernel.mutant ? Math.min(count, 600) : count, seed, probe.boundary ?? []) }))
  const firsts = new Map<Probe, { input: bigint, judge: Judge }>()
  let differing = 0
  for await (const { probe, inputs: given, observed } of batchesOnGuest(guest, work, kernel.how)) {
    for (const [i, input] of given.entries()) {
      // the guest's next answers are taken in meanwhile
      if (i % 32 === 31) await breath()
      const judge = disagreeing(judges, probe, input, observed[i]!, config, kernel.how)
      if (judge === undefined) continue
      if (!firsts.has(probe)) firsts.set(probe, { input, judge })
      differing++
    }
    tally.vectors += given.length
    if (probe.situation === undefined) tally.stated.add(probe.name)
    tally.byProbe.set(probe.name, (tally.byProbe.get(probe.name) ?? 0) + given.length)
  }
  for (const [probe, first] of firsts) await explain(machine, probe, first)
  tally.differing += differing
  return differing
}

function disagreeing(judges: readonly Judge[], probe: Probe, input: bigint, seen: Observed, config: Config, how: FakeCall): Judge | undefined {
  const run = asRun(probe, input, config, how)
  return judges.find(({ judge }) => disagreements(seen, 'expected' in run ? run.expected : judge(probe, run, input, config, how), config).length > 0)
}

/** The difference with as few bits of the input as it needs, as a scenario. */
async function explain({ guest, kernel, config }: Machine, probe: Probe, { input, judge }: { input: bigint, judge: Judge }): Promise<void> {
  const expected = (v: bigint): Observed => told(judge, probe, v, config, kernel.how)
  const differs = async (v: bigint): Promise<boolean> => disagreements((await onGuest(guest, probe, [v], kernel.how))[0]!, expected(v), config).length > 0
  let small = input
  for (let bit = 0n; bit < probe.bits; bit++) if ((small >> bit & 1n) === 1n && await differs(small & ~(1n << bit))) small &= ~(1n << bit)
  const [seen] = await onGuest(guest, probe, [small], kernel.how)
  say(`  ${probe.name}: ${probe.what}\n    input 0x${small.toString(16)}: ${disagreements(seen!, expected(small), config).join(', ')} differ\n    guest:     ${show(seen!)}\n    ${(probe.situation === undefined ? 'stated' : judge.name).padEnd(10)} ${show(expected(small))}`)
}
