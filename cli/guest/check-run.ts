import { onGuest } from '../../guest/compare.js'
import { guestKernel, guestKernels, stopGuests, warmMachine, type GuestKernel } from '../../guest/index.js'
import { obtain } from '../../guest/kernels.js'
import type { Machine } from '../../guest/machine.js'
import { disagreements } from '../../guest/masks.js'
import { probesFor, type Observed, type Probe } from '../../guest/probes/index.js'
import type { CpuName } from '../../guest/qemu.js'
import { inputs } from '../../guest/vectors.js'
import { ContradictionError, UsageError } from '../../trace/errors.js'
import type { Status } from '../action.js'
import { onModel, onSimulator, type Executor } from './executors.js'
import type { GuestCheckOptions } from './options.js'

const show = (o: Observed): string => Object.entries(o).map(([k, v]) => `${k}=${v < 0n ? v : `0x${v.toString(16)}`}`).join(' ')
const say = (line: string): void => { process.stdout.write(`${line}\n`) }

interface Tally { vectors: number, differing: number, readonly byProbe: Map<string, number> }

/** Exit status 4 where a kernel that is not a mutant differs, or a mutant does not. */
export async function check(ids: readonly string[], options: GuestCheckOptions): Promise<Status> {
  const count = positive(options.vectors, '--vectors')
  const kernels = ids.length > 0 ? ids.map(guestKernel) : guestKernels().filter((k) => 'built' in k.from)
  const until = options.soak === undefined ? 0 : Date.now() + positive(options.soak, '--soak') * 60_000
  const tally: Tally = { vectors: 0, differing: 0, byProbe: new Map() }
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
  say(`${tally.vectors} vectors in ${Math.round(seconds)} s (${Math.round(tally.vectors / seconds)} a second): model, simulator and guest on each`)
  for (const [name, n] of tally.byProbe) say(`  ${name}: ${n}`)
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

async function compare(machine: Machine, o: GuestCheckOptions, count: number, seed: bigint, tally: Tally): Promise<number> {
  const { kernel, guest, config } = machine
  const judges: [string, Executor][] = [['simulator', onSimulator(kernel.id)], ['model', onModel(kernel.id)]]
  let differing = 0
  for (const probe of probesFor(kernel.how)) {
    if (o.probe !== undefined && !o.probe.includes(probe.name)) continue
    const given = inputs(probe.bits, kernel.mutant ? Math.min(count, 600) : count, seed, probe.boundary ?? [])
    const observed = await onGuest(guest, probe, given, kernel.how)
    let first: { input: bigint, name: string, judge: Executor } | undefined
    for (const [i, input] of given.entries()) {
      for (const [name, judge] of judges) {
        if (disagreements(observed[i]!, judge(probe, input, config, kernel.how), config).length === 0) continue
        first ??= { input, name, judge }
        differing++
        break
      }
    }
    tally.vectors += given.length
    tally.byProbe.set(probe.name, (tally.byProbe.get(probe.name) ?? 0) + given.length)
    if (first !== undefined) await explain(machine, probe, first)
  }
  tally.differing += differing
  return differing
}

/** The difference with as few bits of the input as it needs, as a scenario. */
async function explain({ guest, kernel, config }: Machine, probe: Probe, { input, name, judge }: { input: bigint, name: string, judge: Executor }): Promise<void> {
  const differs = async (v: bigint): Promise<boolean> => disagreements((await onGuest(guest, probe, [v], kernel.how))[0]!, judge(probe, v, config, kernel.how), config).length > 0
  let small = input
  for (let bit = 0n; bit < probe.bits; bit++) if ((small >> bit & 1n) === 1n && await differs(small & ~(1n << bit))) small &= ~(1n << bit)
  const [seen] = await onGuest(guest, probe, [small], kernel.how)
  const told = judge(probe, small, config, kernel.how)
  say(`  ${probe.name}: ${probe.what}\n    input 0x${small.toString(16)}: ${disagreements(seen!, told, config).join(', ')} differ\n    guest:     ${show(seen!)}\n    ${name.padEnd(10)} ${show(told)}`)
}
