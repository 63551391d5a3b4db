import { guestKernel, stopGuests, warmMachine } from '../../guest/index.js'
import { obtain } from '../../guest/kernels.js'
import type { CpuName } from '../../guest/qemu.js'
import { ContradictionError } from '../../trace/errors.js'
import type { Status } from '../action.js'
import { positive } from './check-run.js'
import { compare, say, Tally } from './comparing.js'
import type { GuestSoakOptions } from './options.js'

/** One round: mainline and every variant where a context switch is cheapest for QEMU, one with KPTI, one with the most features. */
const round: readonly (readonly [string, CpuName, boolean])[] = [
  ['rfc-v2@v6.12', 'cortex-a72', false], ['v6.12', 'cortex-a72', false], ['tango@v6.12', 'cortex-a72', false], ['v4-series@v6.12', 'max-mte', false], ['rfc-v2@v6.12', 'max', true],
]
/** What one probe may have of all, and must have at least. */
const most = 0.25
const least = 20_000

/** Rounds with new seeds until model, simulator and guest have been asked that many, every probe its least; exit status 3 where the time is over before. */
export async function soak(options: GuestSoakOptions): Promise<Status> {
  const total = positive(options.total, '--total')
  const count = positive(options.vectors, '--vectors')
  const until = Date.now() + positive(options.minutes, '--minutes') * 60_000
  let seed = BigInt(positive(options.seed, '--seed'))
  const tally = new Tally()
  const enough = (): boolean => tally.vectors >= total && [...tally.byProbe.values()].every((n) => n >= Math.min(least, total / 50) && n <= most * tally.vectors)
  say(`seed ${seed}, ${count} inputs a probe and machine, ${total} vectors at least`)
  let differing = 0
  while (!enough() && Date.now() < until && differing === 0) {
    for (const [id, cpu, kpti] of round) {
      const kernel = guestKernel(id)
      await obtain(kernel, (line) => process.stderr.write(`${line}\n`))
      differing += await compare(await warmMachine(kernel, cpu, kpti), { count, seed: seed++, probes: undefined }, tally)
      await stopGuests()
      say(`${id} ${cpu} kpti ${kpti ? 'on' : 'off'}: ${tally.vectors} so far, ${differing} differ`)
    }
  }
  tally.report()
  if (differing > 0) throw new ContradictionError('E_GUEST_DIFFERS', `${differing} vectors differ`)
  say(enough() ? 'model, simulator and guest agree on all of them' : 'agree, but the time is over')
  return enough() ? 0 : 3
}
