import { guestKernel, guestKernels, stopGuests, warmMachine, type GuestKernel } from '../../guest/index.js'
import { obtain } from '../../guest/kernels.js'
import type { CpuName } from '../../guest/qemu.js'
import { ContradictionError, UsageError } from '../../trace/errors.js'
import type { Status } from '../action.js'
import { compare, say, Tally } from './comparing.js'
import type { GuestCheckOptions } from './options.js'

/** Exit status 4 where a kernel that is not a mutant differs, or a mutant does not. */
export async function check(ids: readonly string[], options: GuestCheckOptions): Promise<Status> {
  const count = positive(options.vectors, '--vectors')
  const kernels = ids.length > 0 ? ids.map(guestKernel) : guestKernels().filter((k) => 'built' in k.from && k.comparison !== true)
  const until = options.soak === undefined ? 0 : Date.now() + positive(options.soak, '--soak') * 60_000
  const tally = new Tally()
  const wrong: string[] = []
  let seed = BigInt(positive(options.seed, '--seed'))
  say(`seed ${seed}, ${count} inputs a probe`)
  do {
    for (const kernel of kernels) {
      await obtain(kernel, (line) => process.stderr.write(`${line}\n`))
      let caught = 0
      for (const [cpu, kpti] of machines(kernel, options)) {
        const machine = await warmMachine(kernel, cpu, kpti)
        const differing = await compare(machine, { count, seed, probes: options.probe }, tally)
        say(`${kernel.id} ${cpu} kpti ${kpti ? 'on' : 'off'}: ${differing === 0 ? 'agree' : `${differing} vectors differ`}`)
        caught += differing
        await stopGuests()
      }
      if (kernel.mutant ? caught === 0 : caught > 0) wrong.push(kernel.id)
    }
    seed++
  } while (Date.now() < until && wrong.length === 0)
  tally.report()
  if (wrong.length > 0) throw new ContradictionError('E_GUEST_DIFFERS', `${wrong.join(', ')}: a mutant that nothing noticed, or a kernel that model and simulator do not describe`)
  return 0
}

export function positive(text: string, option: string): number {
  const n = Number(text)
  if (!Number.isFinite(n) || n <= 0) throw new UsageError('E_NUMBER', `${option} ${text}: not a positive number`)
  return n
}

/** 6.12 on three CPUs and both KPTI settings; other mainline kernels and variants on one each way; a mutant where it shows. */
function machines(kernel: GuestKernel, o: GuestCheckOptions): [CpuName, boolean][] {
  if (o.cpu !== undefined || o.kpti !== undefined) return (o.cpu ?? ['max']).flatMap((cpu) => (o.kpti ?? ['on']).map((kpti): [CpuName, boolean] => [cpu, kpti === 'on']))
  if (kernel.mutant) return [['max', true]]
  if (kernel.how !== 'none' || kernel.id !== 'v6.12') return [['cortex-a72', false], ['max-mte', true]]
  return [['cortex-a72', false], ['cortex-a72', true], ['cortex-a76', false], ['cortex-a76', true], ['max', false], ['max', true]]
}

