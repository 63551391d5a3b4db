/** Functions lifted from a source in place of the model's own: what a body reads and changes are the caller's things, by name. */
import { expect } from 'chai'
import type { Kernel, SymTask } from '../../model/index.js'
import { callNumber, inTable, invokePieces, leave, storeResult, svc } from '../../model/syscalls/dispatch.js'
import { systemCall, type Source } from '../../model/syscalls/regsets.js'
import { compatSigreturn } from '../../model/syscalls/sigreturn-compat.js'
import type { LiftedBody } from '../../model/tasks/kernel.js'
import { dispatcherHalves, lifted, NotInModelError, truth as ofInt } from '../../model/tasks/lifted.js'
import { bool, boolVar, bv, bvadd, bvVar, ite, ult, zext } from '../../model/terms/build.js'
import type { Term } from '../../model/terms/term.js'
import { leaves } from '../../trace/spec.js'
import { place, table, taskSpec } from '../../trace/state.js'
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

const values = (t: SymTask): (bigint | boolean)[] => leaves(taskSpec, t as never).map(({ value }) => (value as Term).width === 0 ? truth(value as never) : num(value as never))

describe('halves of the dispatchers', () => {
  const [of64, of32] = dispatcherHalves
  const mark = { 'current.regs[20]': bv(64, 0x2020) }
  const calling = (k: Kernel, bits: 32 | 64, w7: bigint, w8: bigint, imm: number): SymTask => {
    const t = task(bits, { regs: Array.from({ length: 31 }, (_, i) => i === 6 ? 77n : i === 7 ? w7 : i === 8 ? w8 : 0x600n + BigInt(i)), pc: 0x1000n, TIF_32BIT: bits === 32, compat_call: bits === 32 && k.flag.setFor32, pstate: bits === 32 ? 0x10n : 0n })
    svc(k, symbolicConfig(), symCpu(), t, bv(16, imm), bv(15, 0), bool(false))
    return t
  }
  it('up to invoke_syscall: the lifted one by the state that the SVC came from; the other is the model\'s, as without', () => {
    for (const base of ['v5.11', 'rfc-v2', 'tango-v5.4', 'v4-series']) for (const [half, lifts] of [[of64, 64], [of32, 32]] as const) for (const bits of [32, 64] as const) {
      const k = having(half.upToCall, mark, undefined, base)
      for (const [w7, w8, imm] of [[5n, 63n, 0], [6n, 0x80000000n, 1], [0x1_0000_0007n, 0x80000003n, 0]] as const) {
        const [own, given] = [calling(kernel(base), bits, w7, w8, imm), calling(k, bits, w7, w8, imm)]
        if (bits !== lifts) expect(values(given), `${base} ${bits}`).to.deep.equal(values(own))
        else expect([num(given.regs[20]!), num(given.audit_arch), num(given.orig_x0)], `${base} ${bits}`).to.deep.equal([0x2020n, bits === 32 ? 0x40000028n : 0xc00000b7n, 0n])
      }
    }
  })
  it('after invoke_syscall: the lifted one for its table, the other is the model\'s; a second end where the exit is traced', () => {
    const left = (k: Kernel, which: keyof typeof table, over: Parameters<typeof task>[1] = {}): SymTask => {
      const t = task(which === 'compat' ? 32 : 64, { at: place.handled, table: table[which], compat_call: which !== 'native', ...over })
      leave(k, t)
      return t
    }
    for (const base of ['v5.11', 'rfc-v2', 'tango-v5.4', 'v4-series']) for (const [half, lifts] of [[of64, ['native', 'fake']], [of32, ['compat']]] as const) for (const which of ['native', 'fake', 'compat'] as const) {
      const [own, given] = [left(kernel(base), which), left(having(half.afterCall, mark, undefined, base), which)]
      if (!(lifts as readonly string[]).includes(which)) expect(values(given), `${base} ${which}`).to.deep.equal(values(own))
      else expect([num(given.regs[20]!), truth(given.compat_call), num(given.at), num(given.table), truth(given.traced)], `${base} ${which}`).to.deep.equal([0x2020n, which !== 'native', place.returning, 0n, false])
    }
    const both: Kernel = { ...kernel('v5.11'), lifted: new Map<string, LiftedBody>([[of64.afterCall, { result: undefined, changes: new Map<string, Term>(Object.entries(mark)) }], [of64.afterTraceExit, { result: undefined, changes: new Map<string, Term>([['current.regs[21]', bv(64, 0x2121)]]) }]]) }
    const ends = ([{}, { traced: true }, { TIF_SYSCALL_TRACE: true }, { TIF_SINGLESTEP: true }] as const).map((over) => { const t = left(both, 'native', over); return [num(t.regs[20]!), num(t.regs[21]!)] })
    expect(ends).to.deep.equal([[0x2020n, 0n], [0n, 0x2121n], [0n, 0x2121n], [0n, 0x2121n]])
  })
  it('`traced` outlives the handler only where the end depends on it, and not under TIF_SYSCALL_TRACE', () => {
    const stored = (k: Kernel, over: Parameters<typeof task>[1]): boolean => { const t = task(64, { at: place.entered, table: table.native, ...over }); storeResult(k, t, bv(64, 0)); return truth(t.traced) }
    const k = having(of64.afterTraceExit, {})
    expect([stored(k, { traced: true }), stored(k, {}), stored(k, { traced: true, TIF_SYSCALL_TRACE: true }), stored(kernel('v5.11'), { traced: true })]).to.deep.equal([true, false, false, false])
  })
})

describe('invoke_syscall() as lifted', () => {
  it('which handler, whether one runs, what is stored', () => {
    const t = task(64, { table: table.native, syscallno: 100n }), below = ult(bvVar(32, 'scno'), bvVar(32, 'sc_nr'))
    expect([truth(inTable(having(invokePieces.runs, {}, below), t)), truth(inTable(having(invokePieces.runs, {}, ult(bvVar(32, 'sc_nr'), bvVar(32, 'scno'))), t))]).to.deep.equal([true, false])
    expect([num(callNumber(having(invokePieces.number, {}, bvadd(bvVar(32, 'scno'), bvVar(32, 'sc_nr'))), t)), num(callNumber(kernel('v5.11'), t))]).to.deep.equal([542n, 100n])
    const stored = task(64, { at: place.entered, table: table.native })
    storeResult(having(invokePieces.result, { 'current.regs[0]': bvadd(bvVar(64, 'ret'), bv(64, 1)) }), stored, bv(64, 6))
    expect([num(stored.regs[0]!), num(stored.at)]).to.deep.equal([7n, place.handled])
  })
})
