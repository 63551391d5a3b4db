/** The kernel that a tree is compared with: those of the model, and mainline bases that only differ in what a table says. */
import { kernels } from '../../model/kernels/index.js'
import { v511 } from '../../model/kernels/v5.11.js'
import type { Kernel } from '../../model/tasks/kernel.js'
import { fullKernelId } from '../../trace/kernel-id.js'
import { UsageError } from '../../trace/errors.js'

/** What later trees do otherwise (Debian's, with their backports) that the model's table for v5.11 has no word for. */
export interface Base extends Kernel {
  readonly later?: {
    /** every store of a result goes through syscall_set_return_value(), the early -ERESTARTNOINTR too (v5.14, 5.10.223 on) */
    readonly truncatesEarlyResult: boolean
    /** gpr_set and system_call_set: orig_x0 follows x0 of a native tracee that is in a call (backported to 6.1.192, 6.12.117) */
    readonly origX0FollowsTracer: boolean
    /** where EL0's counter access is set at a switch: by `next` alone (5.10.223 to 6.1), or by cntkctl_thread_switch (v6.12) */
    readonly counterAt: 'next' | 'cntkctl_thread_switch'
  }
}
const later = (id: string, calls: number, source: string, counterAt: 'next' | 'cntkctl_thread_switch'): Base => ({
  ...v511, id, name: id, source, nrSyscalls: calls, nrCompatSyscalls: calls, tlsSwitchLeavesTpidrroToKpti: false, execForgetsSyscall: false,
  later: { truncatesEarlyResult: true, origX0FollowsTracer: true, counterAt },
})
export const v61 = later('v6.1', 451, 'Debian linux-source-6.1, arch/arm64', 'next')
export const v612 = later('v6.12', 463, 'Debian linux-source-6.12, arch/arm64', 'cntkctl_thread_switch')

export function kernelFor(name: string): Base {
  const id = fullKernelId(name)
  const k: Base | undefined = [...kernels, v61, v612].find((x) => x.id === id || x.name === name)
  if (k === undefined) throw new UsageError('E_UNKNOWN_KERNEL', `no model of the kernel '${name}'; there are ${[...kernels, v61, v612].map((x) => x.name).join(', ')}`)
  return k
}
