import { writeFileSync } from 'node:fs'
import { onGuest } from '../../guest/compare.js'
import { goldenInputs, goldenText } from '../../guest/golden.js'
import { guestKernel, type GuestKernel } from '../../guest/index.js'
import { isReady, obtain } from '../../guest/kernels.js'
import { bootMachine } from '../../guest/machine.js'
import { guestFile } from '../../guest/paths.js'
import { probesFor } from '../../guest/probes/index.js'
import type { CpuName } from '../../guest/qemu.js'
import { ContradictionError } from '../../trace/errors.js'
import type { Status } from '../action.js'

/** Which machines are recorded. */
const recorded: readonly (readonly [string, CpuName, boolean])[] = [
  ['v6.12', 'cortex-a72', false], ['v6.12', 'max', true], ['rfc-v2@v6.12', 'max', false], ['tango@v6.12', 'cortex-a76', true],
  ['v4-series@v6.12', 'max-mte', true], ['v6.1', 'max', true], ['debian-6.1', 'max', true], ['debian-6.12', 'max', true], ['newest', 'max', true],
]

/** Time counted in instructions: what is written is the same every time, byte for byte. `twice` makes sure. Exit status 4 where it is not. */
export async function record(ids: readonly string[], options: { twice?: true }): Promise<Status> {
  const different: string[] = []
  for (const [id, cpu, kpti] of recorded.filter(([id]) => ids.length === 0 || ids.includes(id))) {
    const kernel = guestKernel(id)
    if (!await isReady(kernel)) {
      process.stderr.write(`*** SKIPPED: ${id} is neither built nor fetched ***\n`)
      continue
    }
    const file = `${id.replace('@', '-')}-${cpu}-kpti-${kpti ? 'on' : 'off'}.txt`
    const first = await transcript(kernel, cpu, kpti)
    writeFileSync(guestFile('goldens', file), first.text)
    process.stdout.write(`guest/goldens/${file}: ${first.vectors} vectors\n`)
    if (options.twice !== true) continue
    const second = await transcript(kernel, cpu, kpti)
    const same = second.text === first.text && second.console === first.console
    process.stdout.write(`  a second boot: transcript ${second.text === first.text ? 'the same' : 'DIFFERENT'}, messages of the boot ${second.console === first.console ? 'the same' : 'DIFFERENT'} (${first.console.length} bytes)\n`)
    if (!same) different.push(file)
  }
  if (different.length > 0) throw new ContradictionError('E_NOT_DETERMINISTIC', `${different.join(', ')}: a second boot gives something else`)
  return 0
}

async function transcript(kernel: GuestKernel, cpu: CpuName, kpti: boolean): Promise<{ text: string, console: string, vectors: number }> {
  const { guest, identity, config } = await bootMachine(kernel, await obtain(kernel, () => undefined), cpu, kpti, true)
  // what comes later bears the time at which the requests happened to arrive
  const console = guest.console()
  const probes = []
  for (const p of probesFor(kernel.how)) {
    const given = goldenInputs(p)
    const observed = await onGuest(guest, p, given, kernel.how)
    probes.push({ name: p.name, vectors: given.map((input, i) => ({ input, observed: observed[i]! })) })
  }
  guest.stop()
  return { text: goldenText({ identity, kernel: kernel.id, how: kernel.how, config, probes }), console, vectors: probes.reduce((n, p) => n + p.vectors.length, 0) }
}
