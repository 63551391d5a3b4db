/** The real kernel: what the command line needs of it. */
import { fullKernelId } from '../trace/kernel-id.js'
import type { Config } from '../trace/state.js'
import type { Trace } from '../trace/trace.js'
import { guestKernels, obtain, isReady, type GuestKernel } from './kernels.js'
import { bootMachine, qemuVersion, type Machine } from './machine.js'
import type { CpuName } from './qemu.js'
import { notCausable, notReplayed } from './replay/causable.js'
import { childTracer } from './replay/child-tracer.js'
import { NotReachable } from './replay/task.js'
import type { Outcome } from './replay/recorded.js'
import { Walk } from './replay/walk.js'

export { guestKernels, guestKernel, type GuestKernel } from './kernels.js'

export type { Outcome } from './replay/recorded.js'

/**
 * Which CPU model has the features of a configuration, with words for the kernel's command line where one is switched off. Exactly those,
 * with one exception: MTE comes with DIT and SSBS only, and what they did would show as a difference.
 */
function machineFor(c: Config): { cpu: CpuName, cmdline: string[] } | undefined {
  if (!c.aarch32_el0) return undefined
  const features = `${Number(c.dit)}${Number(c.ssbs)}`
  if (features === '00' && !c.bti && !c.mte) return { cpu: c.erratum_1418040 ? 'erratum-1418040' : 'cortex-a72', cmdline: [] }
  if (!c.erratum_1418040 && (features === '11' || c.mte)) return { cpu: c.mte ? 'mte' : 'max', cmdline: c.bti ? [] : ['arm64.nobti'] }
  return undefined
}

const warm = new Map<string, Promise<Machine>>()

/** One warm guest for each kernel and configuration; booted when it is first asked for. Rejects when it does not boot. */
export function warmMachine(kernel: GuestKernel, cpu: CpuName, kpti: boolean, cmdline: readonly string[] = []): Promise<Machine> {
  const key = [kernel.id, cpu, kpti, ...cmdline].join(' ')
  const found = warm.get(key)
  if (found !== undefined) return found
  const booting = obtain(kernel, () => undefined).then((b) => bootMachine({ ...kernel, cmdline: [...kernel.cmdline, ...cmdline] }, b, cpu, kpti))
  warm.set(key, booting)
  booting.catch(() => warm.delete(key))
  return booting
}

/** Ends every warm guest. */
export async function stopGuests(): Promise<void> {
  for (const m of warm.values()) (await m.catch(() => undefined))?.guest.stop()
  warm.clear()
}

/**
 * A trace on a real kernel of exactly its identifier. `climbed`: everything user space sees is as in the trace, where the trace lets a
 * task come back (docs/guest.md says what is left out and why). `failed`: it differs three times; once may be a kernel thread that ran in between,
 * a context switch that the trace does not have. Kernels are not built for it: `guest build` does that.
 */
export async function replayOnGuest(trace: Trace): Promise<Outcome> {
  const no = (reason: string): Outcome => ({ outcome: 'not climbed', reason })
  const id = fullKernelId(trace.kernel)
  const kernel = guestKernels().find((k) => k.id === id)
  if (kernel === undefined) return no(`no guest kernel is ${id}: base not available`)
  const cause = notCausable(trace)
  if (cause !== undefined) return no(`cannot be caused from user space: ${cause}`)
  const left = notReplayed(trace)
  if (left !== undefined) return no(left)
  const machine = machineFor(trace.config)
  if (machine === undefined) return no('no CPU model of QEMU has exactly this configuration')
  if (qemuVersion() === '') return no('qemu-system-aarch64 is not on the PATH')
  if (!await isReady(kernel)) return no(`${id} is neither built nor fetched: arm64-compat guest build ${id}`)
  const warmed = await warmMachine(kernel, machine.cpu, trace.config.kpti, machine.cmdline)
  let differences: readonly string[] = []
  for (let tries = 0; tries < 3; tries++) {
    let walk = new Walk(warmed, trace)
    try {
      await walk.run()
      if (walk.differences.length === 0 && childTracer(trace) !== undefined) {
        walk = new Walk(warmed, trace, true)
        await walk.run()
      }
    } catch (e) {
      if (e instanceof NotReachable) return no(`cannot be caused from user space: ${e.message}`)
      throw e
    }
    if (walk.differences.length === 0) return { outcome: 'climbed' }
    differences = walk.differences
  }
  return { outcome: 'failed', differences: [...differences] }
}
