/** Where versions differ, one known answer each; the place in the source is named. */
import { expect } from 'chai'
import { CHECKED } from '../../trace/kernel-id.js'
import { kernelOf, simulatedKernels } from '../../sim/index.js'
import { initialState } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { A, B, config, errno, machine, nativeImage, place, ptrace, run, setregset, svc, switchTo } from './help.js'

const exec = (bits: 32 | 64): Event => ({ kind: 'handler', task: 'A', call: 'execve', bits })

describe('kernels by version', () => {
  it('the kernel of the author\'s counterfactual is the series with an explicit check in compat sigreturn', () => {
    const k = kernelOf(`rfc-v2${CHECKED}`)
    expect([k.name, k.sites.compatSigreturn({ ...initialState([64]).tasks[0]!, compat_call: true }), k.sites.compatSigreturn(initialState([32]).tasks[0]!)]).to.deep.equal([`rfc-v2${CHECKED}`, false, true])
  })
  it('table sizes (__NR_syscalls, __NR_compat_syscalls)', () => {
    const sizes = Object.fromEntries(['v5.4', 'v5.11', 'v6.1', 'v6.12', 'v7.3'].map((k) => [k, [kernelOf(k).nativeCalls, kernelOf(k).compatCalls]]))
    expect(sizes).to.deep.equal({ 'v5.4': [436, 436], 'v5.11': [442, 442], 'v6.1': [451, 451], 'v6.12': [463, 463], 'v7.3': [473, 473] })
  })
  it('syscallno over exec: forgotten in v5.4 and v5.11, kept from v6.1 (start_thread_common)', () => {
    const after = (k: string) => {
      const s = machine(64)
      A(s).regs[8] = 221n
      return A(run(k, config(), s, svc(), exec(64))).syscallno
    }
    expect(['v5.4', 'v5.11', 'v6.1', 'v6.12'].map(after)).to.deep.equal([0xffffffffn, 0xffffffffn, 221n, 221n])
  })
  it('the erratum 1418040 (kernel_exit, erratum_1418040_thread_switch, cntkctl_thread_switch)', () => {
    const c = config({ erratum_1418040: true })
    const open = (k: string, ...events: Event[]) => {
      const s = initialState([64, 32], c)
      A(s).regs[8] = 221n
      return run(k, c, s, ...events).cpus[0]!.CNTKCTL_EL0VCTEN
    }
    const irq: Event = { kind: 'irq', task: 'A', upper: 0n, mte_async_fault: false }
    const there: Event[] = [irq, switchTo('A', 'B')]
    expect(['v5.4', 'v5.11', 'v6.1', 'v6.12'].map((k) => open(k, ...there))).to.deep.equal([true, false, false, false])
    expect(open('v5.4', ...there, { kind: 'eret', task: 'B' })).to.equal(false)
    expect(['v5.4', 'v5.11', 'v6.1', 'v6.12'].map((k) => open(k, svc(), exec(32)))).to.deep.equal([true, true, false, false])
  })
  it('TPIDRRO_EL0 of a native next task with KPTI: left alone up to v5.11, 0 in 6.1.192 and 6.12.117 (67ab51cbdfee)', () => {
    const c = config({ kpti: true })
    const after = (k: string) => {
      const s = initialState([32, 64], c)
      s.cpus[0]!.TPIDRRO_EL0 = 7n
      A(s).at = place.returning
      return run(k, c, s, switchTo('A', 'B')).cpus[0]!.TPIDRRO_EL0
    }
    expect(['v5.4', 'v5.11', 'v6.1', 'v6.12'].map(after)).to.deep.equal([7n, 7n, 0n, 0n])
  })
  it('-EINTR of a 32-bit task: 64 bits in v5.11, cut from v5.14 (syscall_set_return_value)', () => {
    const after = (k: string) => {
      const s = machine(32)
      Object.assign(A(s), { at: place.returning, syscallno: 3n, orig_x0: 9n })
      A(s).regs[0] = 0xfffffdfen // -ERESTARTNOHAND
      return A(run(k, config(), s, { kind: 'signal', task: 'A', signo: 10n, handler: 0x9000n, flags: 0n, restorer: 0n, sigtramp: 0n })).regs[0]
    }
    expect(['v5.11', 'v6.1', 'v6.12'].map(after)).to.deep.equal([errno(4), 0xfffffffcn, 0xfffffffcn])
  })
  it('PTRACE_SETREGSET NT_PRSTATUS of a 64-bit task in a call sets orig_x0 in 6.1.192 and 6.12.117', () => {
    const after = (k: string) => {
      const image = nativeImage(0n)
      image[0] = 0x77n
      const s = setregset(64, 64, 1, 272, image)
      B(s).syscallno = 3n
      return B(run(k, config(), s, ptrace)).orig_x0
    }
    expect(['v5.11', 'v6.1', 'v6.12'].map(after)).to.deep.equal([0n, 0x77n, 0x77n])
  })
  it('NT_ARM_TLS of a 64-bit task: 8 bytes before v6.1, then 16 (seen on 6.12), the second word is dropped without SME', () => {
    const after = (k: string) => {
      const s = run(k, config(), setregset(64, 64, 0x401, 16, [1n, 0n, 2n, 0n]), ptrace)
      return [A(s).regs[0], A(s).buf.words[2], B(s).tp_value]
    }
    expect([after('v5.11'), after('v6.12')]).to.deep.equal([[0n, 8n, 1n], [0n, 16n, 1n]])
  })
  it('there are the five of the thread, the module, mainline versions, and the series on 6.12', () => {
    expect(simulatedKernels).to.deep.equal(['v5.11', 'tango32-module', 'rfc-v2', 'rfc-v2-unguarded', 'tango-v5.4', 'v4-series', 'v5.4', 'v6.1', 'v6.12', 'v7.3', 'rfc-v2@v6.12', 'rfc-v2-unguarded@v6.12', 'tango@v6.12', 'v4-series@v6.12'])
  })
})
