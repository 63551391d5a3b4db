/** Where mmap may put a mapping: mm/mmap.c, asm/processor.h of v5.11; RFC v2 and Tango arch/arm64/mm/mmap.c; v4 patch 5. */
import { expect } from 'chai'
import { initialState, place, table, type State, type Task } from '../../trace/state.js'
import { after, config, errno, possible } from './help.js'

const G4 = 1n << 32n, TOP = 1n << 48n, FIXED = 0x11n, NOREPLACE = 0x100000n
type Kind = 'native' | 'compat' | 'fake'
function inCall(kind: Kind, addr = 0n, len = 0x1000n, flags = 0x22n, over: Partial<Task> = {}): State {
  const bits = kind === 'compat' ? 32 : 64
  const s = initialState([bits], config())
  Object.assign(s.tasks[0]!, { at: place.entered, table: table[kind], compat_call: kind === 'fake', syscallno: kind === 'native' ? 222n : 192n, ...over })
  s.tasks[0]!.regs.splice(0, 6, addr, len, 3n, flags, 0xffffffffn, 0n)
  return s
}
const can = (k: string, s: State, result: bigint): boolean => possible(k, config(), s, { kind: 'handler', task: 'A', call: 'mmap', result })
const v4 = (kind: Kind): Partial<Task> => ({ compat_call: kind !== 'native' })

describe('mmap without MAP_FIXED', () => {
  it('v5.11: below TASK_SIZE of the task, 2^48 or 2^32 - 4096; whole pages; the length fits', () => {
    for (const [kind, end] of [['native', TOP], ['compat', G4 - 0x1000n]] as const) {
      const here = (len: bigint, result: bigint): boolean => can('v5.11', inCall(kind, 0n, len), result)
      expect([here(0x1000n, end - 0x1000n), here(0x1001n, end - 0x1000n), here(0x1000n, end), here(0x1001n, end - 0x2000n), here(0x1000n, 0x8000n), here(0x1000n, 0x7000n), here(0x1000n, 0n), here(0x1000n, 0x8800n), here(0n, 0x8000n), here(end, 0x8000n), here(end - 0x8000n, 0x8000n), here((1n << 64n) - 1n, 0x8000n)])
        .to.deep.equal([true, false, false, true, true, false, false, false, false, false, true, false])
    }
  })
  it('errors are possible whatever the arguments', () => {
    for (const e of [1, 12, 22, 133]) expect(can('v5.11', inCall('native', 1n, 0n, FIXED), errno(e)), String(e)).to.equal(true)
    expect([134, 512, 4095].map((e) => can('v5.11', inCall('native'), errno(e)))).to.deep.equal([false, false, false])
  })
  for (const k of ['rfc-v2', 'tango-v5.4', 'v4-series', 'rfc-v2-unguarded', 'rfc-v2@v6.12', 'v4-series@v6.12']) {
    it(`${k}: a 32-bit call of a 64-bit task stays below 2^32 - 4096, its native calls do not; hints count for nothing`, () => {
      expect([can(k, inCall('fake'), G4 - 0x2000n), can(k, inCall('fake'), G4 - 0x1000n), can(k, inCall('fake', 0x5555_0000_0000n), 0x5555_0000_0000n)]).to.deep.equal([true, false, false])
      expect([can(k, inCall('native'), G4), can(k, inCall('native'), TOP - 0x1000n)]).to.deep.equal([true, true])
      expect(can(k, inCall('compat', 0n, 0x1000n, 0x22n, k.startsWith('v4') ? v4('compat') : {}), G4)).to.equal(false)
    })
  }
  it('a type of mapping must be asked for: shared, private; validated for files; droppable for anonymous memory from v6.11 on', () => {
    const here = (k: string, flags: bigint): boolean => can(k, inCall('native', 0n, 0x1000n, flags), 0x8000n)
    for (const k of ['v5.11', 'v6.1']) expect([0n, 0x20n, 1n, 2n, 3n, 0x21n, 0x22n, 0x23n, 0x28n, 8n, 0x2an].map((f) => here(k, f)), k).to.deep.equal([false, false, true, true, true, true, true, false, false, false, false])
    expect([0x28n, 8n, 0x23n].map((f) => here('v6.12', f))).to.deep.equal([true, false, false])
  })
  it('v4: a 32-bit task without its flag is still bounded by TASK_SIZE', () => expect([can('v4-series', inCall('compat'), G4), can('v4-series', inCall('compat'), G4 - 0x2000n)]).to.deep.equal([false, true]))
})

describe('mmap with MAP_FIXED', () => {
  for (const flag of [FIXED, NOREPLACE]) {
    it(`flags ${flag.toString(16)}: the address asked for, whole pages, 0 as well`, () => {
      const here = (addr: bigint, result: bigint): boolean => can('v5.11', inCall('native', addr, 0x1000n, flag & ~1n | 0x22n), result)
      expect([here(0x40000n, 0x40000n), here(0x40000n, 0x41000n), here(0x40800n, 0x40800n), here(0n, 0n), here(TOP - 0x1000n, TOP - 0x1000n), here(TOP, TOP)]).to.deep.equal([true, false, false, true, true, false])
    })
  }
  it('in a 32-bit call of a 64-bit task: RFC v2 and Tango refuse what lies beyond 4 GiB, v4 does not', () => {
    for (const [k, beyond] of [['rfc-v2', false], ['tango-v5.4', false], ['v4-series', true], ['rfc-v2@v6.12', false], ['tango@v6.12', false], ['v4-series@v6.12', true]] as const) {
      expect([can(k, inCall('fake', 0x5555_0000_0000n, 0x1000n, FIXED), 0x5555_0000_0000n), can(k, inCall('fake', G4 - 0x1000n, 0x1000n, FIXED), G4 - 0x1000n), can(k, inCall('fake', G4 - 0x2000n, 0x1000n, FIXED), G4 - 0x2000n)], k).to.deep.equal([beyond, beyond, true])
    }
  })
  it('no longer than the area that is searched, although it is not searched', () => {
    const fixed = (k: string, kind: Kind, len: bigint): boolean => can(k, inCall(kind, 0n, len, FIXED), 0n)
    expect([G4 - 0x9000n, G4 - 0x8fffn, 2n * G4].map((len) => fixed('v4-series', 'fake', len))).to.deep.equal([true, false, false])
    expect([TOP - 0x8000n, TOP - 0x7fffn].map((len) => fixed('v5.11', 'native', len))).to.deep.equal([true, false])
  })
  it('v5.4 untags the address, later kernels refuse it', () => {
    const tagged = inCall('native', 0xab00_0000_0004_0000n, 0x1000n, FIXED)
    expect([can('tango-v5.4', tagged, 0x40000n), can('v5.11', tagged, 0x40000n), can('v5.11', tagged, 0xab00_0000_0004_0000n)]).to.deep.equal([true, false, false])
  })
})

describe('mmap: the result', () => {
  it('is stored as every handler\'s; the number selects it', () => {
    const call = (s: State, result: bigint): Task => after('rfc-v2', config(), s, { kind: 'handler', task: 'A', call: 'mmap', result }).tasks[0]!
    expect([call(inCall('fake'), errno(12)).regs[0], call(inCall('native'), errno(12)).regs[0], call(inCall('native'), 0x8000n).at]).to.deep.equal([0xfffffff4n, errno(12), place.handled])
    const other = { kind: 'handler', task: 'A', call: 'other', result: 0x1000n, restart: 0n } as const
    expect([possible('rfc-v2', config(), inCall('fake'), other), can('rfc-v2', inCall('fake', 0n, 0x1000n, 0x22n, { syscallno: 222n }), 0x8000n)]).to.deep.equal([false, false])
  })
})
