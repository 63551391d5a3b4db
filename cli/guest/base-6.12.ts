/** Kernels on the base 6.12 for model and simulator: those they bring themselves, else their v5.11 siblings with what 6.12 changes (kernel source, arch/arm64). */
import { kernels as modelKernels, type Kernel as ModelKernel } from '../../model/index.js'
import { is, ite, lower32 } from '../../model/terms/build.js'
import { simulatedKernels, kernelOf, type Kernel as SimKernel } from '../../sim/index.js'
import { fullKernelId } from '../../trace/kernel-id.js'

/** __NR_syscalls and __NR_compat32_syscalls of 6.12; what is beyond them in the probes is beyond them in 6.1 and 7.3 as well. */
const calls = 463
/** tls_thread_switch writes 0 with KPTI as well (fixed in stable kernels of 2024), and exec keeps syscallno. */
const sim612 = { nativeCalls: calls, compatCalls: calls, switchTrustsKpti: false } as const
const model612 = { nrSyscalls: calls, nrCompatSyscalls: calls, tlsSwitchLeavesTpidrroToKpti: false, execForgetsSyscall: false } as const

/** The v5.11 kernel that a guest's kernel is made from. A mutant is compared with what it pretends to be: mainline. */
function sibling(id: string): string {
  const name = id.replace(/@.*$/, '')
  return ['rfc-v2', 'v4-series'].includes(name) ? name : name === 'tango' ? 'rfc-v2' : 'v5.11'
}

const tangoCalls = 0x80000000n

/** Tango has RFC v2's sites and another way in. */
export function simulatorKernel(id: string): SimKernel {
  if (simulatedKernels.some((k) => fullKernelId(k) === id)) return kernelOf(id)
  const base: SimKernel = { ...kernelOf(sibling(id)), ...sim612 }
  if (!id.startsWith('tango@')) return base
  return {
    ...base,
    doEl0Svc(t) {
      const fake = t.regs[8] === tangoCalls
      if (fake) t.compat_call = true
      return { fake, number: (fake ? t.regs[7]! : t.regs[8]!) & 0xffffffffn }
    },
  }
}

export function modelKernel(id: string): ModelKernel {
  const own = modelKernels.find((k) => k.id === id)
  if (own !== undefined) return own
  const base: ModelKernel = { ...modelKernels.find((k) => k.name === sibling(id))!, ...model612, id }
  if (!id.startsWith('tango@')) return base
  return {
    ...base,
    doEl0Svc(t) {
      const fake = is(t.regs[8]!, tangoCalls)
      return { fake, scno: ite(fake, lower32(t.regs[7]!), lower32(t.regs[8]!)) }
    },
  }
}
