/** Functions lifted from a source in place of the model's own: what a body reads and changes are the caller's things, by name. */
import { expect } from 'chai'
import type { Kernel, SymTask } from '../../model/index.js'
import { systemCall, type Source } from '../../model/syscalls/regsets.js'
import { compatSigreturn } from '../../model/syscalls/sigreturn-compat.js'
import type { LiftedBody } from '../../model/tasks/kernel.js'
import { lifted, NotInModelError, truth as ofInt } from '../../model/tasks/lifted.js'
import { bool, boolVar, bv, bvadd, bvVar, ite, zext } from '../../model/terms/build.js'
import type { Term } from '../../model/terms/term.js'
import { kernel, num, symbolicConfig, symCpu, task, truth } from './help.js'

const having = (name: string, changes: Record<string, Term>, result?: Term, base = 'v5.11'): Kernel =>
  ({ ...kernel(base), lifted: new Map<string, LiftedBody>([[name, { result, changes: new Map(Object.entries(changes)) }]]) })

describe('a lifted function', () => {
  it('reads and changes tasks, their lists and stretches, the CPU and single values; nothing where the kernel has none', () => {
    const current = task(64, { regs: Array.from({ length: 31 }, (_, i) => BigInt(i)) }), target = task(64, { tp_value: 7n }), cpu = symCpu({ TPIDR_EL0: 5n })
    const words = bvVar(32, 'current.frame.words[3]')
    current.frame.words[3] = bv(32, 9)
    const k = having('f', {
      'current.regs[4]': bvadd(bvVar(64, 'current.regs[3]'), bvVar(64, 'arg')), 'cpu.TPIDR_EL0': bvVar(64, 'target.tp_value'),
      'current.frame.words[2]': words, 'arg': bv(64, 77),
    }, zext(64, words))
    const r = lifted(k, 'f', { current, target, cpu, values: { arg: bv(64, 100) } })!
    expect([num(current.regs[4]!), num(cpu.TPIDR_EL0), num(current.frame.words[2]!), num(r.result!)]).to.deep.equal([103n, 7n, 9n, 9n])
    expect([num(r.after('current.regs[4]')!), num(r.after('arg')!), r.after('current.sp')]).to.deep.equal([103n, 77n, undefined])
    expect(lifted(k, 'g', { current })).to.equal(undefined)
    expect(lifted(having('f', {}), 'f', {})!.result).to.equal(undefined)
  })
  it('that speaks of what the caller does not have is told by name', () => {
    const says = (changes: Record<string, Term>, result?: Term): string => {
      try { lifted(having('f', changes, result), 'f', { current: task(64) }) } catch (e) { return e instanceof NotInModelError ? e.message : String(e) }
      return ''
    }
    for (const path of ['current.mm', 'current.mm.pgd', 'target.sp', 'jiffies']) {
      expect(says({}, bvVar(64, path))).to.match(new RegExp(`^f reads ${path} `))
      expect(says({ [path]: bv(64, 0) })).to.match(new RegExp(`^f reads ${path} `))
    }
  })
  it('an int is true unless it is 0', () => expect([0, 1, 2, 0x80000000].map((n) => truth(ofInt(bv(32, n))))).to.deep.equal([false, true, true, true]))
})

describe('where lifted functions stand', () => {
  it('a setter is given its words, their faults and the length', () => {
    const from = (faults: boolean): Source => ({ word: (i) => bv(32, 100 + i), fault: () => bool(faults) })
    const target = task(64), k = having('system_call_set', { 'target.syscallno': bvVar(32, 'word[0]') }, ite(boolVar('fault[0:4]'), bv(64, 1), zext(64, bvVar(32, 'count'))))
    const result = systemCall.set(k, symbolicConfig(), target, from(false), bv(32, 4))
    expect([num(target.syscallno), num(result)]).to.deep.equal([100n, 4n])
    expect(num(systemCall.set(k, symbolicConfig(), target, from(true), bv(32, 4)))).to.equal(1n)
  })
  it('compat sigreturn: the door is asked before; who is refused gets SIGSEGV at regs[13] and no restart', () => {
    const at = (over: Partial<Parameters<typeof task>[1]>): { t: SymTask, result: bigint } => {
      const t = task(64, { regs: Array.from({ length: 31 }, (_, i) => 0x100n + BigInt(i)), restart_fn: 2n, ...over })
      const k = having('compat_sys_sigreturn', { 'current.pc': bv(64, 0x8000) }, bv(64, 55), 'v4-series')
      return { t, result: num(compatSigreturn(k, symbolicConfig(), t, false, bv(32, 1), [])) }
    }
    const [refused, admitted] = [at({}), at({ TIF_32BIT: true, pstate: 0x10n })]
    expect([refused.result, ...[refused.t.signo, refused.t.si_code, refused.t.si_addr, refused.t.restart_fn].map(num), num(refused.t.pc) === 0x8000n]).to.deep.equal([0n, 11n, 1n, 0x10dn, 0n, false])
    expect([admitted.result, ...[admitted.t.signo, admitted.t.restart_fn, admitted.t.pc].map(num)]).to.deep.equal([55n, 0n, 2n, 0x8000n])
  })
})
