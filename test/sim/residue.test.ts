/** Residue is told where user space can read it (compat_restore_vfp_context, v5.11), and not where it cannot. */
import { expect } from 'chai'
import { residueReport } from '../../sim/residue.js'
import type { Event } from '../../trace/events.js'
import { A, config, eret, frame32, leave, machine, sigreturn, svc } from './help.js'

function report(kernel: string, bits: 32 | 64, ...then: Event[]) {
  const s = machine(bits)
  frame32(A(s), bits === 32 ? 0x10n : 0n)
  A(s).regs[7] = 119n
  return residueReport(kernel, config(), s, [svc(1n), sigreturn('sigreturn'), leave, eret, ...then])
}

describe('residue', () => {
  it('a 64-bit task that makes the 32-bit call reads it in V16 to V31', () => {
    const { ways, visible } = report('rfc-v2', 64)
    expect(ways).to.have.length(16)
    expect(visible.map((v) => v.path)).to.deep.equal(Array.from({ length: 16 }, (_, i) => `tasks[0].vregs[${16 + i}]`))
    expect(visible[0]).to.deep.equal({ event: 3, path: 'tasks[0].vregs[16]', from: { event: 1, vreg: 16 } })
  })
  it('a 32-bit task has it where AArch32 cannot look', () => {
    const { ways, visible } = report('v5.11', 32)
    expect([ways.length, visible.length]).to.deep.equal([16, 0])
  })
  it('v7.3 still leaves it there: struct user_fpsimd_state of compat_restore_vfp_context', () => expect(report('v7.3', 32).ways.length).to.equal(report('v5.11', 32).ways.length).and.above(0))
  it('a signal frame carries it into memory', () => {
    const memory: Event = { kind: 'user', task: 'A', set: { sp: 0x40000n, 'frame.base': 0x40000n - 4704n, 'frame.lo': 0n, 'frame.hi': 1152n } }
    const { visible } = report('rfc-v2', 64, memory, { kind: 'irq', task: 'A', upper: 0n, mte_async_fault: false }, { kind: 'signal', task: 'A', signo: 10n, handler: 0x9000n, flags: 0n, restorer: 0n, sigtramp: 0n })
    expect(visible.filter((v) => v.path.includes('frame.words'))).to.have.length(64)
  })
})
