/** The kernels, written from their sources. A variant states what it changes. */
import { CHECKED, fullKernelId } from '../trace/kernel-id.js'
import { UsageError } from '../trace/errors.js'
import type { Task } from '../trace/state.js'
import { u32 } from './bits.js'
import type { Kernel, Sites, Test } from './kernel.js'

/** test_thread_flag(TIF_32BIT): is_compat_task() of mainline, is_aarch32_compat_task() of RFC v2 and Tango. */
const tif32: Test = (t) => t.TIF_32BIT
/** is_compat_task() of RFC v2 and Tango: the per-call flag or TIF_32BIT. */
const flagOrTif32: Test = (t) => t.compat_call || t.TIF_32BIT
/** in_compat_syscall() of the v4 series. */
const flagAlone: Test = (t) => t.compat_call
const never: Test = () => false
const always: Test = () => true
const nothing = (): void => {}

const mainlineSites: Sites = {
  doNiSyscall: tif32, invokeSyscall: tif32, syscallGetArch: tif32, taskUserTls: tif32, tlsThreadFlush: tif32, tlsThreadSwitch: tif32, copyThread: tif32,
  erratum1418040: tif32, regsetViewCurrent: tif32, regsetViewTarget: tif32, validUserRegs: tif32, handleSignal: tif32, setupRestartSyscall: tif32, origX0AfterPtrace: tif32, compatSigreturn: always,
  tracehookReportSyscall: tif32, syscallSetReturnValue: tif32, taskSize: tif32, mmapEnd: tif32, setTaggedAddrCtrl: tif32,
}

const native = (t: Task): { fake: boolean, number: bigint } => ({ fake: false, number: u32(t.regs[8]!) })

const v5_11: Kernel = {
  name: 'v5.11', source: 'mainline v5.11, arch/arm64', sites: mainlineSites, nativeCalls: 442, compatCalls: 442,
  aarch64Res0: 0x0cdfe020, aarch32Res0: 0x00500000, ssFollowsFlag: true, fastforwardsIntoHandler: false, knowsBti: true, knowsMte: true,
  cntkctl: 'change', switchSetsSsbs: false, switchTrustsKpti: true, tango32: false,
  cutsErrnos: false, tlsWords: 1, execKeepsSyscallno: false, resyncsOrigX0: false, siginfoFirst: false,
  cutsReturnValues: true, hidesTagBits: true, stepsAtExit: true, seccompAfterSkip: false, mmapUntags: false, ownAllocator: false, oneTagCheckMode: true, firstArgumentIsOrigX0: false,
  clone3: { known: 0x3ffffffffn, reserved: 0x4000ffn, size: 88 }, mapDroppable: false, seccompKillsAtOnce: true, kstkEip: (t) => t.pc,
  doEl0Svc: native, endOfCommon: nothing, endOfFakeCall: nothing, setPersonality: nothing, setupNewExec: nothing,
}

/** Sites that RFC v2 left on is_compat_task()/is_compat_thread(). */
const leftOnCompat = {
  tracehookReportSyscall: flagOrTif32, syscallSetReturnValue: flagOrTif32, setTaggedAddrCtrl: flagOrTif32, origX0AfterPtrace: flagOrTif32, invokeSyscall: flagOrTif32, syscallGetArch: flagOrTif32, erratum1418040: flagOrTif32, regsetViewCurrent: flagOrTif32, setupRestartSyscall: flagOrTif32,
}
const clearFlag = (t: Task): void => { t.compat_call = false }

const rfcV2: Kernel = {
  ...v5_11, name: 'rfc-v2', source: '[PATCH v2] [RFC] arm64: Exposes support for 32-bit syscalls, 3 Feb 2021, on v5.11',
  sites: { ...mainlineSites, ...leftOnCompat, mmapEnd: flagOrTif32 }, ownAllocator: true,
  doEl0Svc(t, imm) {
    if (imm !== 1n) return native(t)
    t.compat_call = true
    return { fake: true, number: u32(t.regs[7]!) }
  },
  endOfCommon: clearFlag, setupNewExec: clearFlag,
}

/** RFC v2 with its is_aarch32_* tests turned back into is_compat_*. */
const rfcV2Unguarded: Kernel = {
  ...rfcV2, name: 'rfc-v2-unguarded',
  sites: Object.fromEntries(Object.keys(mainlineSites).map((site) => [site, site === 'compatSigreturn' ? always : site === 'taskSize' ? tif32 : flagOrTif32])) as unknown as Sites,
}

/** The module's set_thread_flag(TIF_32BIT) is in the state as `compat_call`: TIF_32BIT there stays what exec made it. */
const tango32Module: Kernel = {
  ...v5_11, name: 'tango32-module', source: 'mainline v5.11 with the out-of-tree module tango32, as it is described (its source was not read here)', tango32: true,
  sites: Object.fromEntries(Object.keys(mainlineSites).map((site) => [site, site === 'compatSigreturn' ? always : flagOrTif32])) as unknown as Sites,
}

/** Base v5.4. */
const v5_4: Kernel = {
  ...v5_11, name: 'v5.4', source: 'mainline v5.4, arch/arm64', sites: { ...mainlineSites, invokeSyscall: never, erratum1418040: never },
  nativeCalls: 436, compatCalls: 436, aarch64Res0: 0x0edfec20, ssFollowsFlag: false, fastforwardsIntoHandler: true, knowsBti: false, knowsMte: false,
  cntkctl: 'exit', switchSetsSsbs: true, stepsAtExit: false, mmapUntags: true, hidesTagBits: false, cutsReturnValues: false,
  // recalled: no CLONE_CLEAR_SIGHAND before v5.5, no cgroup before v5.7
  clone3: { known: 0xffffffffn, reserved: 0x4000ffn, size: 64 },
}

const tango: Kernel = {
  ...v5_4, name: 'tango-v5.4', source: 'github.com/Amanieu/linux tango-v5.4 (process.c, syscall.c read; the other files deduced from RFC v1)',
  sites: { ...v5_4.sites, syscallGetArch: flagOrTif32, regsetViewCurrent: flagOrTif32, setupRestartSyscall: flagOrTif32, tracehookReportSyscall: flagOrTif32, syscallSetReturnValue: flagOrTif32, setTaggedAddrCtrl: flagOrTif32, mmapEnd: flagAlone },
  ownAllocator: true, kstkEip: (t) => t.compat_call ? t.regs[15]! : t.pc,
  doEl0Svc(t) {
    if (t.regs[8] !== 0x80000000n) return native(t)
    t.compat_call = true
    return { fake: true, number: u32(t.regs[7]!) }
  },
  endOfCommon: clearFlag, setupNewExec: clearFlag,
}

const v4: Kernel = {
  ...v5_11, name: 'v4-series', source: '[RESEND PATCH v4 0/8] arm64: Allow 64-bit tasks to invoke compat syscalls, 18 May 2021, ported to v5.11',
  sites: { ...mainlineSites, invokeSyscall: flagAlone, syscallGetArch: flagAlone, regsetViewCurrent: flagAlone, syscallSetReturnValue: flagAlone, mmapEnd: flagAlone, compatSigreturn: tif32 },
  doEl0Svc(t) {
    const x8 = u32(t.regs[8]!)
    if ((x8 & 0x80000000n) === 0n) return native(t)
    t.compat_call = true
    return { fake: true, number: x8 & 0x7fffffffn }
  },
  endOfFakeCall: clearFlag,
  setPersonality(t, bits) { t.compat_call = bits === 32 },
}

const v6_1: Kernel = {
  ...v5_11, name: 'v6.1', source: 'Debian linux-source-6.1 (6.1.192), arch/arm64', nativeCalls: 451, compatCalls: 451,
  cntkctl: 'always', switchTrustsKpti: false, cutsErrnos: true, tlsWords: 2, execKeepsSyscallno: true, resyncsOrigX0: true, seccompAfterSkip: true, oneTagCheckMode: false,
  // CLONE_NEWTIME may be given to clone3
  clone3: { known: 0x3ffffffffn, reserved: 0x40007fn, size: 88 }, seccompKillsAtOnce: false,
}

const v6_12: Kernel = { ...v6_1, name: 'v6.12', source: 'Debian linux-source-6.12 (6.12.117), arch/arm64', nativeCalls: 463, compatCalls: 463, cntkctl: 'tif', mapDroppable: true }

const v7_3: Kernel = { ...v6_12, name: 'v7.3', source: 'Debian linux-source-7.3 (7.3~rc7), arch/arm64', nativeCalls: 473, compatCalls: 473, siginfoFirst: true, firstArgumentIsOrigX0: true, clone3: { known: 0x3fffffffffn, reserved: 0x40007fn, size: 88 } }

/** A series of v5.11 on v6.12: what the series replaces, the rest as the base has it. */
const onV612 = (series: Kernel, sites: Partial<Sites> = {}): Kernel => ({
  ...v6_12, name: `${series.name.replace('-v5.4', '')}@v6.12`, source: `${series.source}; on Debian's 6.12`, sites: { ...series.sites, ...sites },
  ownAllocator: series.ownAllocator, kstkEip: series.kstkEip,
  doEl0Svc: series.doEl0Svc, endOfCommon: series.endOfCommon, endOfFakeCall: series.endOfFakeCall, setPersonality: series.setPersonality, setupNewExec: series.setupNewExec,
})

const all = [
  v5_11, tango32Module, rfcV2, rfcV2Unguarded, tango, v4, v5_4, v6_1, v6_12, v7_3,
  onV612(rfcV2), onV612(rfcV2Unguarded), onV612(tango, leftOnCompat), onV612(v4),
]
const kernels = new Map(all.map((k) => [fullKernelId(k.name), k]))

export const simulatedKernels: readonly string[] = [...kernels.values()].map((k) => k.name)

/** By short or full identifier. Throws `E_NO_SIMULATOR`. */
export function kernelOf(id: string): Kernel {
  if (id.endsWith(CHECKED)) {
    const plain = kernelOf(id.slice(0, -CHECKED.length))
    return { ...plain, name: plain.name + CHECKED, sites: { ...plain.sites, compatSigreturn: (task) => task.TIF_32BIT } }
  }
  const k = kernels.get(fullKernelId(id))
  if (k === undefined) throw new UsageError('E_NO_SIMULATOR', `no simulator for kernel '${id}'; there is one for ${simulatedKernels.join(', ')}`)
  return k
}
