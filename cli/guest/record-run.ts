import { writeFileSync } from 'node:fs'
import { onGuest } from '../../guest/compare.js'
import { goldenInputs, goldenText } from '../../guest/golden.js'
import { guestKernel, stopGuests, warmMachine } from '../../guest/index.js'
import { isReady } from '../../guest/kernels.js'
import { guestFile } from '../../guest/paths.js'
import { probesFor } from '../../guest/probes/index.js'
import type { CpuName } from '../../guest/qemu.js'
import type { Status } from '../action.js'

/** Which machines are recorded. */
const recorded: readonly (readonly [string, CpuName, boolean])[] = [
  ['v6.12', 'cortex-a72', false], ['v6.12', 'max', true], ['rfc-v2@v6.12', 'max', false], ['tango@v6.12', 'cortex-a76', true],
  ['v4-series@v6.12', 'max-mte', true], ['v6.1', 'max', true], ['debian-6.1', 'max', true], ['debian-6.12', 'max', true], ['newest', 'max', true],
]

export async function record(): Promise<Status> {
  for (const [id, cpu, kpti] of recorded) {
    const kernel = guestKernel(id)
    if (!await isReady(kernel)) {
      process.stderr.write(`*** SKIPPED: ${id} is neither built nor fetched ***\n`)
      continue
    }
    const { guest, identity, config } = await warmMachine(kernel, cpu, kpti)
    const probes = []
    for (const p of probesFor(kernel.how)) {
      const given = goldenInputs(p)
      const observed = await onGuest(guest, p, given, kernel.how)
      probes.push({ name: p.name, vectors: given.map((input, i) => ({ input, observed: observed[i]! })) })
    }
    const file = `${id.replace('@', '-')}-${cpu}-kpti-${kpti ? 'on' : 'off'}.txt`
    writeFileSync(guestFile('goldens', file), goldenText({ identity, kernel: id, how: kernel.how, config, probes }))
    process.stdout.write(`guest/goldens/${file}: ${probes.reduce((n, p) => n + p.vectors.length, 0)} vectors\n`)
    await stopGuests()
  }
  return 0
}
