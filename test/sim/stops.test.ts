/** Known answers for what random runs reach rarely: which signals dump core, limits of mmap, bits of prctl; each from the named place of the kernel source. */
import { expect } from 'chai'
import { NotEnabled, simulate } from '../../sim/index.js'
import type { Event } from '../../trace/events.js'
import { view } from '../../trace/state.js'
import { A, config, errno, machine, place, run, table } from './help.js'

describe('core dumps', () => {
  it('the signals of SIG_KERNEL_COREDUMP_MASK dump, the others do not (include/linux/signal.h)', () => {
    const dumping = Array.from({ length: 64 }, (_, i) => i + 1).filter((signo) => {
      const s = machine(64)
      Object.assign(A(s), { at: place.returning, signo: BigInt(signo) })
      const t = A(run('v5.11', config(), s, { kind: 'die', task: 'A' }))
      expect(t.at).to.equal(place.dead)
      return t.core !== view.none
    })
    expect(dumping).to.deep.equal([3, 4, 5, 6, 7, 8, 11, 24, 25, 31])
  })
  it('all 64 bits of PSTATE in the native view, 32 in the others', () => {
    const dump = (bits: 32 | 64): bigint => {
      const s = machine(bits)
      Object.assign(A(s), { at: place.returning, signo: 11n, pstate: 0x1_0100_0010n })
      return A(run('v5.11', config(), s, { kind: 'die', task: 'A' })).core_psr
    }
    expect([dump(64), dump(32)]).to.deep.equal([0x1_0100_0010n, 0x0020_0010n])
  })
})

/** What mmap may return with these arguments. */
function can(kernel: string, args: { addr?: bigint, len: bigint, flags?: bigint }, result: bigint, bits: 32 | 64 = 64): boolean {
  const s = machine(bits), t = A(s)
  Object.assign(t, { at: place.entered, table: bits === 64 ? table.native : table.compat, syscallno: bits === 64 ? 222n : 192n })
  Object.assign(t.regs, { 0: args.addr ?? 0n, 1: args.len, 3: args.flags ?? 2n })
  try {
    simulate(kernel, config(), s, { kind: 'handler', task: 'A', call: 'mmap', result })
    return true
  } catch (e) {
    if (e instanceof NotEnabled) return false
    throw e
  }
}

describe('mmap (do_mmap, get_unmapped_area, asm/processor.h)', () => {
  const page = 4096n, top64 = 1n << 48n, top32 = (1n << 32n) - page
  it('ends at TASK_SIZE, exactly', () => {
    for (const [bits, top] of [[64, top64], [32, top32]] as const) {
      expect([can('v5.11', { len: page }, top - page, bits), can('v5.11', { len: page + 1n }, top - page, bits), can('v5.11', { len: page }, top, bits)]).to.deep.equal([true, false, false])
    }
  })
  it('starts at mmap_min_addr unless it is fixed; whole pages; not of length 0', () => {
    expect([can('v5.11', { len: page }, 0n), can('v5.11', { len: page }, 8n * page), can('v5.11', { len: page }, 7n * page), can('v5.11', { len: page }, 8n * page + 8n), can('v5.11', { len: 0n }, 8n * page)]).to.deep.equal([false, true, false, false, false])
    for (const flags of [0x11n, 0x100002n]) expect([can('v5.11', { addr: 0n, len: page, flags }, 0n), can('v5.11', { addr: page, len: page, flags }, 2n * page)]).to.deep.equal([true, false])
  })
  it('a type of mapping must be asked for: do_mmap has one list for files, one for anonymous memory', () => {
    const typed = (k: string, flags: bigint): boolean => can(k, { len: page, flags }, 8n * page)
    expect([0n, 1n, 2n, 3n, 4n, 8n].map((f) => typed('v5.11', f))).to.deep.equal([false, true, true, true, false, false])
    expect([0x20n, 0x21n, 0x22n, 0x23n, 0x28n].map((f) => typed('v6.1', f))).to.deep.equal([false, true, true, false, false])
    expect([8n, 0x28n].map((f) => typed('v7.3', f))).to.deep.equal([false, true])
  })
  it('errors are -1 to -133', () => {
    expect([1, 12, 133].map((n) => can('v5.11', { len: 0n }, errno(n)))).to.deep.equal([true, true, true])
    expect([0, 134].map((n) => can('v5.11', { len: 0n }, errno(n)))).to.deep.equal([false, false])
  })
  it('v5.4 takes the tag off a fixed address, later kernels keep it and refuse', () => {
    const args = { addr: 0x5a00000000040000n, len: page, flags: 0x11n }
    expect([can('v5.4', args, 0x40000n), can('v5.4', args, args.addr), can('v5.11', args, 0x40000n), can('v5.11', args, args.addr)]).to.deep.equal([true, false, false, false])
  })
})

describe('prctl(PR_SET_TAGGED_ADDR_CTRL) (set_tagged_addr_ctrl, set_mte_ctrl)', () => {
  const set = (kernel: string, arg: bigint, mte: boolean, rest: readonly bigint[] = [0n, 0n, 0n]): [bigint, boolean] => {
    const s = machine(64, 0, config({ mte })), t = A(s)
    Object.assign(t, { at: place.entered, table: table.native, syscallno: 167n })
    t.regs.splice(0, 5, 55n, arg, ...rest)
    const after = A(run(kernel, config({ mte }), s, { kind: 'handler', task: 'A', call: 'tagged_addr' } as Event))
    return [after.regs[0]!, after.TIF_TAGGED_ADDR]
  }
  const refused = [errno(22), false]
  it('bit 0 alone; with MTE bits 18 to 1 as well, both modes at once from v5.16 on', () => {
    expect(set('v5.11', 1n, false)).to.deep.equal([0n, true])
    for (const arg of [2n, 4n, 8n, 1n << 18n, 1n << 32n]) {
      expect(set('v5.11', 1n | arg, false), `${arg}`).to.deep.equal(refused)
      expect(set('v5.4', 1n | arg, true), `${arg}`).to.deep.equal(refused)
    }
    for (const arg of [2n, 4n, 8n, 1n << 18n]) expect(set('v5.11', 1n | arg, true), `${arg}`).to.deep.equal([0n, true])
    expect(set('v5.11', 1n << 19n, true)).to.deep.equal(refused)
    expect([set('v5.11', 7n, true), set('v6.1', 7n, true)]).to.deep.equal([refused, [0n, true]])
  })
  it('the other arguments are 0', () => {
    for (let i = 0; i < 3; i++) expect(set('v5.11', 1n, false, [0n, 1n, 2n].map((_, n) => n === i ? 1n << 40n : 0n)), `argument ${i + 2}`).to.deep.equal(refused)
  })
})
