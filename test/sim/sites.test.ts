/**
 * Which side each place takes for an AArch64 task inside a 32-bit call (the flag set), from the patches themselves:
 * RFC v2 (3 Feb 2021), Amanieu/linux tango-v5.4, v4 (18 May 2021).
 */
import { expect } from 'chai'
import { kernelOf, type Sites } from '../../sim/index.js'
import { afterExec, config } from './help.js'

const table: Record<string, Partial<Record<keyof Sites, 32 | 64>>> = {
  'rfc-v2': {
    doNiSyscall: 64, invokeSyscall: 32, syscallGetArch: 32, taskUserTls: 64, tlsThreadFlush: 64, tlsThreadSwitch: 64, copyThread: 64, erratum1418040: 32,
    regsetViewCurrent: 32, regsetViewTarget: 64, validUserRegs: 64, handleSignal: 64, setupRestartSyscall: 32, compatSigreturn: 32,
  },
  'tango-v5.4': {
    doNiSyscall: 64, invokeSyscall: 64, syscallGetArch: 32, taskUserTls: 64, tlsThreadFlush: 64, tlsThreadSwitch: 64, copyThread: 64,
    regsetViewCurrent: 32, regsetViewTarget: 64, validUserRegs: 64, handleSignal: 64, setupRestartSyscall: 32, compatSigreturn: 32,
  },
  'v4-series': {
    doNiSyscall: 64, invokeSyscall: 32, syscallGetArch: 32, taskUserTls: 64, tlsThreadFlush: 64, tlsThreadSwitch: 64, copyThread: 64, erratum1418040: 64,
    regsetViewCurrent: 32, regsetViewTarget: 64, validUserRegs: 64, handleSignal: 64, setupRestartSyscall: 64, compatSigreturn: 64,
  },
  'rfc-v2-unguarded': {
    doNiSyscall: 32, invokeSyscall: 32, syscallGetArch: 32, taskUserTls: 32, tlsThreadFlush: 32, tlsThreadSwitch: 32, copyThread: 32, erratum1418040: 32,
    regsetViewCurrent: 32, regsetViewTarget: 32, validUserRegs: 32, handleSignal: 32, setupRestartSyscall: 32, compatSigreturn: 32,
  },
}

describe('sites, for a fake task', () => {
  for (const [kernel, sides] of Object.entries(table)) {
    for (const [site, side] of Object.entries(sides)) {
      it(`${kernel} ${site}: ${side}`, () => {
        const t = { ...afterExec(64, config()), compat_call: true }
        expect(kernelOf(kernel).sites[site as keyof Sites](t)).to.equal(side === 32)
      })
    }
  }
})
