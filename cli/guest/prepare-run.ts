import { guestKernel, guestKernels } from '../../guest/index.js'
import { obtain } from '../../guest/kernels.js'
import { bootMachine } from '../../guest/machine.js'
import { onConsole } from '../../guest/qemu.js'
import { UsageError } from '../../trace/errors.js'
import type { Status } from '../action.js'
import type { GuestMachineOptions } from './options.js'

const tell = (line: string): void => { process.stderr.write(`${line}\n`) }

/** Builds or fetches. What Debian's mirror has not is a loud SKIPPED, unless it was asked for by name. */
export async function prepare(origin: 'built' | 'debian', ids: readonly string[]): Promise<Status> {
  const chosen = ids.length > 0 ? ids.map(guestKernel) : guestKernels().filter((k) => origin in k.from)
  for (const kernel of chosen) {
    try {
      const { identity } = await obtain(kernel, tell)
      process.stdout.write(`${kernel.id}: ${identity}\n`)
    } catch (e) {
      if (!(e instanceof UsageError) || e.code !== 'E_NO_DEBIAN_KERNEL' || ids.length > 0) throw e
      tell(`*** SKIPPED: ${kernel.id}: ${e.message} ***`)
    }
  }
  return 0
}

export async function boot(id: string, options: GuestMachineOptions): Promise<Status> {
  const kernel = guestKernel(id)
  const bootable = await obtain(kernel, tell)
  const started = Date.now()
  const machine = await bootMachine(kernel, bootable, options.cpu, options.kpti === 'on')
  for (const [k, v] of Object.entries(machine.identity)) process.stdout.write(`${k}: ${v}\n`)
  process.stdout.write(`config: ${JSON.stringify(machine.config)}\nbooted in ${Date.now() - started} ms\n`)
  machine.guest.stop()
  return 0
}

export async function shell(id: string, options: GuestMachineOptions): Promise<Status> {
  const kernel = guestKernel(id)
  const { image, modules } = await obtain(kernel, tell)
  await onConsole({ image, cpu: options.cpu, kpti: options.kpti === 'on', cmdline: kernel.cmdline, extra: modules }, true)
  return 0
}
