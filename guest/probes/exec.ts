import type { Event } from '../../trace/events.js'
import { place, type TaskName } from '../../trace/state.js'
import { bytes64, readCompatGregs, readUserPtRegs, compatGregs, userPtRegs } from '../images.js'
import { NT, PTRACE, scratch, Script, stopOf, stopSignal } from '../protocol.js'
import { eret, freshState, leave, page32, page64, svc } from './common.js'
import { slow, type Probe } from './probe.js'

/** Offsets in guest/program/tls.S. */
const again64 = page64 + 0xcn
const again32 = page32 + 0xcn
const goOn = 0x80n
/** SIGTRAP: blocked, so that exec's own stop does not come before the new image has read its registers. */
const trapMask = bytes64(1n << 4n)
const maskAt = scratch + 0xf008n

const lo = (v: bigint): bigint => BigInt.asUintN(32, v)
const hi = (v: bigint): bigint => BigInt.asUintN(32, v >> 32n)
/** Whether a context switch came between exec and the reading is up to the scheduler: then it is already the later value. */
const early = (first: bigint, later: bigint): bigint => first === later ? 0n : first
const registers = (x20: bigint): bigint[] => [...new Array<bigint>(20).fill(0n), x20]
const change = (from: TaskName, to: TaskName): Event => ({ kind: 'switch', from, to })
const exec = (bits: 32 | 64): Event[] => [svc('A'), { kind: 'handler', task: 'A', call: 'execve', bits }, leave('A'), eret('A')]
/** away to the tracer and back */
const aStop: Event[] = [{ kind: 'irq', task: 'A', upper: 0n, mte_async_fault: false }, change('A', 'B'), change('B', 'A'), eret('A')]

/** flush_thread, tls_thread_flush, tls_thread_switch (kernel/process.c): a 64-bit image with TPIDR_EL0 set executes a 32-bit one. */
export const execTo32: Probe = {
  name: 'exec-64-32', share: slow, what: 'a 64-bit task executes an AArch32 image: its TLS registers before and after the next context switch', bits: 64, where: 64,
  prepare: () => new Script().spawn(0, 64, 'tls').write(maskAt, trapMask),
  script: (v) => new Script()
    .request(0, PTRACE.SETSIGMASK, 8, maskAt).setRegset(0, NT.ARM_TLS, bytes64(v)).setRegset(0, NT.PRSTATUS, userPtRegs({ regs: registers(v), pc: page64 + goOn }))
    .cont(0).wait(0).getRegset(0, NT.PRSTATUS, 72).setRegset(0, NT.PRSTATUS, compatGregs({ pc: again32 })).cont(0).wait(0).getRegset(0, NT.PRSTATUS, 72).getRegset(0, NT.ARM_TLS, 4)
    // and back, for the next input
    .request(0, PTRACE.SETSIGMASK, 8, maskAt).setRegset(0, NT.PRSTATUS, compatGregs({ pc: page32 + goOn })).cont(0).wait(0),
  observe([, , , , stop, first, , , , second, tls]) {
    const a = readCompatGregs(first!.slice(2)).regs
    const b = readCompatGregs(second!.slice(2)).regs
    return { signal: BigInt(stopSignal(stopOf(stop!))), urw: a[4]!, uro: early(a[5]!, b[8]!), laterUrw: b[6]!, laterUro: b[8]!, tp_value: lo(tls![2]!) }
  },
  situation(v, config) {
    const initial = freshState([64, 64], config)
    initial.tasks[0]!.regs[8] = 221n
    initial.tasks[0]!.tp_value = v
    initial.cpus[0]!.TPIDR_EL0 = v
    let [urw, uro] = [0n, 0n]
    let switched = false
    return {
      initial, events: [...exec(32), ...aStop],
      observe(s) {
        const [cpu, t] = [s.cpus[0]!, s.tasks[0]!]
        if (t.at === place.el0 && !switched) [urw, uro] = [lo(cpu.TPIDR_EL0), lo(cpu.TPIDRRO_EL0)]
        switched ||= cpu.current === 1n
        return { signal: 5n, urw, uro: early(uro, lo(cpu.TPIDRRO_EL0)), laterUrw: lo(cpu.TPIDR_EL0), laterUro: lo(cpu.TPIDRRO_EL0), tp_value: lo(t.tp_value) }
      },
    }
  },
}

/** The other way, from a task that has set both TLS registers. */
export const execTo64: Probe = {
  name: 'exec-32-64', share: slow, what: 'an AArch32 task executes a 64-bit image: its TLS registers before and after the next context switch', bits: 64, where: 64,
  prepare: () => new Script().spawn(0, 32, 'tls').write(maskAt, trapMask),
  script: (v) => new Script()
    .request(0, PTRACE.SETSIGMASK, 8, maskAt).setRegset(0, NT.PRSTATUS, compatGregs({ regs: [0n, 0n, 0n, 0n, lo(v), hi(v)], pc: page32 + goOn }))
    .cont(0).wait(0).getRegset(0, NT.PRSTATUS, 272).setRegset(0, NT.PRSTATUS, userPtRegs({ pc: again64 })).cont(0).wait(0).getRegset(0, NT.PRSTATUS, 272).getRegset(0, NT.ARM_TLS, 8)
    .request(0, PTRACE.SETSIGMASK, 8, maskAt).setRegset(0, NT.PRSTATUS, userPtRegs({ pc: page64 + goOn })).cont(0).wait(0),
  observe([, , , stop, first, , , , second, tls]) {
    const a = readUserPtRegs(first!.slice(2)).regs
    const b = readUserPtRegs(second!.slice(2)).regs
    return { signal: BigInt(stopSignal(stopOf(stop!))), tpidr: a[20]!, tpidrro: a[21]!, laterTpidr: b[22]!, laterTpidrro: b[23]!, tp_value: tls![2]! }
  },
  situation(v, config) {
    const initial = freshState([32, 64], config)
    const t = initial.tasks[0]!
    t.regs[7] = 11n
    t.tp_value = lo(v)
    initial.cpus[0]!.TPIDRRO_EL0 = lo(v)
    initial.cpus[0]!.TPIDR_EL0 = hi(v)
    let [tpidr, tpidrro] = [0n, 0n]
    let switched = false
    return {
      initial, events: [...exec(64), ...aStop],
      observe(s) {
        const cpu = s.cpus[0]!
        if (s.tasks[0]!.at === place.el0 && !switched) [tpidr, tpidrro] = [cpu.TPIDR_EL0, cpu.TPIDRRO_EL0]
        switched ||= cpu.current === 1n
        return { signal: 5n, tpidr, tpidrro, laterTpidr: cpu.TPIDR_EL0, laterTpidrro: cpu.TPIDRRO_EL0, tp_value: s.tasks[0]!.tp_value }
      },
    }
  },
}
