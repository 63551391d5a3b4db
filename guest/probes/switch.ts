import type { Event } from '../../trace/events.js'
import type { TaskName } from '../../trace/state.js'
import { code, compatGregs, readCompatGregs, readUserPtRegs, userPtRegs } from '../images.js'
import { NT, Script, stopOf, stopSignal } from '../protocol.js'
import { eret, freshState, page32, page64 } from './common.js'
import type { Probe } from './probe.js'

const asm = (...words: number[]): Buffer => {
  const b = Buffer.alloc(words.length * 4)
  words.forEach((w, i) => b.writeUInt32LE(w >>> 0, i * 4))
  return b
}
/** Five times: sched_yield, then both TLS registers: TPIDRRO_EL0 is ORed into x21, what TPIDR_EL0 differs by into x23. */
const native = Buffer.concat([
  code.msrTpidr(22), asm(0xd2800f88 /* mov x8, #124 */), code.svc64(0), code.mrsTpidrro(20),
  asm(0xaa1402b5 /* orr x21, x21, x20 */), code.mrsTpidr(20), asm(0xca160294 /* eor x20, x20, x22 */, 0xaa1402f7 /* orr x23, x23, x20 */, 0xf1000739 /* subs x25, x25, #1 */, 0x54ffff01 /* b.ne 1b (-32) */),
  code.brk64(),
])
/** The same in A32: what TPIDRURO differs from r6 by into r8, TPIDRURW from r5 into r9. */
const compat = Buffer.concat([
  asm(0xee0d5f50 /* mcr p15, 0, r5, c13, c0, 2 */, 0xe3a0709e /* mov r7, #158 */), code.svc32(),
  asm(0xee1d4f70 /* mrc p15, 0, r4, c13, c0, 3 */, 0xe0244006 /* eor r4, r4, r6 */, 0xe1888004 /* orr r8, r8, r4 */,
    0xee1d4f50 /* mrc p15, 0, r4, c13, c0, 2 */, 0xe0244005 /* eor r4, r4, r5 */, 0xe1899004 /* orr r9, r9, r4 */, 0xe25aa001 /* subs r10, r10, #1 */, 0x1afffff5 /* bne 1b */),
  code.brk32(),
])

const uro = (v: bigint): bigint => BigInt.asUintN(32, v)
const urw = (v: bigint): bigint => BigInt.asUintN(32, v >> 32n)
const tpidr = (v: bigint): bigint => BigInt.asUintN(64, ~v)

const irq = (task: TaskName): Event => ({ kind: 'irq', task, upper: 0n, mte_async_fault: false })
const change = (from: TaskName, to: TaskName): Event => ({ kind: 'switch', from, to })

/** tls_thread_switch and, with KPTI, the trampoline's use of TPIDRRO_EL0 (kernel/process.c, kernel/entry.S). */
export const switchTls: Probe = {
  name: 'switch', what: 'an AArch32 and a 64-bit task take turns on one CPU: each finds its own TLS registers', bits: 64, where: 64,
  prepare: () => new Script().spawn(0, 32).poke(0, page32, compat).spawn(1, 64).poke(1, page64, native),
  script: (v) => new Script()
    .setRegset(0, NT.PRSTATUS, compatGregs({ regs: [0n, 0n, 0n, 0n, 0n, urw(v), uro(v), 0n, 0n, 0n, 5n], pc: page32 })).setRegset(0, NT.ARM_TLS, le32(uro(v)))
    .setRegset(1, NT.PRSTATUS, userPtRegs({ regs: [...new Array<bigint>(22).fill(0n), tpidr(v), 0n, 0n, 5n], pc: page64 }))
    .cont(0).cont(1).wait(0).wait(1).getRegset(0, NT.PRSTATUS, 72).getRegset(1, NT.PRSTATUS, 272).getRegset(0, NT.ARM_TLS, 4),
  observe([, , , , , stop0, stop1, get0, get1, tls]) {
    const a = readCompatGregs(get0!.slice(2))
    const b = readUserPtRegs(get1!.slice(2))
    return {
      signals: BigInt(stopSignal(stopOf(stop0!)) << 8 | stopSignal(stopOf(stop1!))),
      compatWrongUro: a.regs[8]!, compatWrongUrw: a.regs[9]!, tp_value: tls![2]!, nativeTpidrro: b.regs[21]!, nativeWrongTpidr: b.regs[23]!,
    }
  },
  situation(v, config) {
    const initial = freshState([32, 64], config)
    const [a, b] = [initial.tasks[0]!, initial.tasks[1]!]
    a.tp_value = uro(v)
    initial.cpus[0]!.TPIDR_EL0 = urw(v)
    initial.cpus[0]!.TPIDRRO_EL0 = uro(v)
    b.tp_value = tpidr(v)
    let nativeTpidrro = 0n
    let wrongTpidr = 0n
    return {
      initial,
      events: [irq('A'), change('A', 'B'), eret('B'), { kind: 'user', task: 'B', set: {} }, irq('B'), change('B', 'A'), eret('A')],
      observe(s) {
        const cpu = s.cpus[0]!
        if (cpu.current === 1n) {
          nativeTpidrro |= cpu.TPIDRRO_EL0
          wrongTpidr |= cpu.TPIDR_EL0 ^ tpidr(v)
        }
        return {
          signals: 0x505n, compatWrongUro: BigInt.asUintN(32, cpu.TPIDRRO_EL0) ^ uro(v), compatWrongUrw: BigInt.asUintN(32, cpu.TPIDR_EL0) ^ urw(v),
          tp_value: s.tasks[0]!.tp_value, nativeTpidrro, nativeWrongTpidr: wrongTpidr,
        }
      },
    }
  },
}

function le32(v: bigint): Buffer {
  const b = Buffer.alloc(4)
  b.writeUInt32LE(Number(v))
  return b
}
