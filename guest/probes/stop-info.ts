/** What a tracer is told at a system call stop beside the registers: PTRACE_GET_SYSCALL_INFO, NT_ARM_SYSTEM_CALL. */
import { bytes64, code, compatGregs, readCompatGregs, readUserPtRegs, userPtRegs } from '../images.js'
import { NT, PTRACE, Script } from '../protocol.js'
import type { Config, Task } from '../../trace/state.js'
import { freshState, page32, page64, regsetCall, stoppedCall, Stops } from './common.js'
import { slow, slowFake, fakeRegisters, type FakeCall, type Observed, type Probe, type Situation } from './probe.js'

export const AUDIT_ARCH_AARCH64 = 0xc00000b7n
export const AUDIT_ARCH_ARM = 0x40000028n
const lo = (v: bigint): bigint => BigInt.asUintN(32, v)
const u64 = (v: bigint): bigint => BigInt.asUintN(64, v)

/** A number that no table has; the tracer changes it to another one, or to NO_SYSCALL. */
const first = 0x3001n
const changedTo = (v: bigint): bigint => (v & 1n) === 0n ? 0x3002n : 0xffffffffn
/** x0..x5 of the call */
const args = (v: bigint): bigint[] => [v, u64(~v), u64(v * 3n), u64(v << 1n), u64(v + 5n), v >> 3n]

/** PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD: without the second the stop says nothing of the call. */
const options = 1 << 20 | 1
const stops = (s: Script, change: bigint): Script => s
  .cont(0, PTRACE.SYSCALL).wait(0).request(0, PTRACE.GET_SYSCALL_INFO, 88).getRegset(0, NT.ARM_SYSTEM_CALL, 4).setRegset(0, NT.ARM_SYSTEM_CALL, bytes64(change).subarray(0, 4))
  .cont(0, PTRACE.SYSCALL).wait(0).request(0, PTRACE.GET_SYSCALL_INFO, 88).cont(0).wait(0)

/** struct ptrace_syscall_info, words of 64 bits behind the returned size. */
function told(entry: readonly bigint[], nr: readonly bigint[], exit: readonly bigint[]): Record<string, bigint> {
  return {
    op: entry[1]! & 0xffn, arch: entry[1]! >> 32n, ip: entry[2]!, sp: entry[3]!, nr: entry[4]!, arg0: entry[5]!, arg1: entry[6]!, arg5: entry[10]!, systemCall: lo(nr[2]!),
    exitOp: exit[1]! & 0xffn, rval: BigInt.asIntN(64, exit[4]!), isError: exit[5]! & 0xffn,
  }
}

/** What ptrace_get_syscall_info says of a result (kernel/ptrace.c): syscall_get_error, else syscall_get_return_value (asm/syscall.h, 6.12);
 *  of a compat call both sign-extend bit 31. */
function outcome(x0: bigint, arch: bigint): { rval: bigint, isError: bigint } {
  const rval = BigInt.asIntN(arch === AUDIT_ARCH_ARM ? 32 : 64, x0)
  return { rval, isError: rval < 0n && rval >= -4095n ? 1n : 0n }
}

/** The same in the words of the traces: B, the tracer, writes NT_ARM_SYSTEM_CALL of A between A's two stops. */
function changed(bits: 64 | 32, v: bigint, imm: bigint, registers: readonly bigint[], config: Config, more: (entry: Task, exit: Task, now: Task) => Observed): Situation {
  const initial = freshState([bits, 64], config)
  const a = initial.tasks[0]!
  registers.forEach((r, i) => { a.regs[i] = r })
  a.TIF_SYSCALL_TRACE = true
  a.pc = bits === 64 ? page64 : page32
  if (bits === 64) a.sp = u64(v ^ 0xff00n)
  regsetCall(initial, 0x4205, NT.ARM_SYSTEM_CALL, bytes64(changedTo(v)).subarray(0, 4), 'native', 1)
  const skipped = (v & 1n) !== 0n
  const stops = new Stops()
  return {
    initial, shape: skipped ? 'skip' : 'run',
    events: stoppedCall(imm, skipped ? { kind: 'skip', task: 'A' } : { kind: 'handler', task: 'A', call: 'ni' }, true),
    observe(s) {
      const [entry, exit, now] = [stops.at(s, 1n), stops.at(s, 2n), s].map((x) => x.tasks[0]!) as [Task, Task, Task]
      return {
        op: entry.syscall_stop, arch: entry.audit_arch, ip: entry.pc, sp: bits === 64 ? entry.sp : entry.regs[13]!, nr: entry.syscallno, arg0: entry.orig_x0, arg1: entry.regs[1]!, arg5: entry.regs[5]!,
        systemCall: entry.syscallno, exitOp: exit.syscall_stop, ...outcome(exit.regs[0]!, exit.audit_arch), x0: now.regs[0]!, ...more(entry, exit, now),
      }
    },
  }
}

/** syscall_trace_enter, syscall_trace_exit, system_call_set (kernel/ptrace.c) for a native call. */
export const stopInfo64: Probe = {
  name: 'stop-info64', share: slow, what: 'PTRACE_GET_SYSCALL_INFO and NT_ARM_SYSTEM_CALL of a 64-bit task, whose number the tracer changes', bits: 64, where: 64,
  prepare: () => new Script().spawn(0, 64).request(0, PTRACE.SETOPTIONS, 0, options).poke(0, page64, Buffer.concat([code.svc64(0), code.brk64()])),
  script: (v) => stops(new Script().setRegset(0, NT.PRSTATUS, userPtRegs({ regs: [...args(v), 0n, 0n, first], sp: u64(v ^ 0xff00n), pc: page64 })), changedTo(v)).getRegset(0, NT.PRSTATUS, 272),
  observe: ([, , , entry, nr, , , , exit, , , get]) => ({ ...told(entry!, nr!, exit!), x0: readUserPtRegs(get!.slice(2)).regs[0]! }),
  situation: (v, config) => changed(64, v, 0n, [...args(v), 0n, 0n, first], config, () => ({})),
}

/** The same for an AArch32 task. Its result is sign-extended where it is judged: syscall_get_error (asm/syscall.h). */
export const stopInfo32: Probe = {
  name: 'stop-info32', share: slow, what: 'PTRACE_GET_SYSCALL_INFO and NT_ARM_SYSTEM_CALL of an AArch32 task, whose number the tracer changes', bits: 32, where: 64,
  prepare: () => new Script().spawn(0, 32).request(0, PTRACE.SETOPTIONS, 0, options).poke(0, page32, Buffer.concat([code.svc32(), code.brk32()])),
  script(v) {
    const regs = [...args(v).map(lo), 0n, first, 0n, 0n, 0n, 0n, 0n, lo(v ^ 0xff00n)]
    return stops(new Script().setRegset(0, NT.PRSTATUS, compatGregs({ regs, pc: page32 })), changedTo(v)).getRegset(0, NT.PRSTATUS, 72)
  },
  observe: ([, , , entry, nr, , , , exit, , , get]) => ({ ...told(entry!, nr!, exit!), x0: readCompatGregs(get!.slice(2)).regs[0]! }),
  situation: (v, config) => changed(32, v, 0n, [...args(v).map(lo), 0n, first, 0n, 0n, 0n, 0n, 0n, lo(v ^ 0xff00n)], config, () => ({})),
}

/** A compat call of a 64-bit task, absent number. */
function call(how: FakeCall, v: bigint): { imm: number, regs: bigint[] } {
  const r = fakeRegisters(how, Number(first))
  const regs = [...args(v), 0n, r.x7, r.x8, 0n, 0n, 0n, u64(v ^ 0x1212n)]
  return { imm: r.imm, regs }
}

/** The stops of a compat call of a 64-bit task: RFC v2 and Tango ask is_compat_task and mark x12, v4 asks for the task's width and marks x7. */
export const stopFake: Probe = {
  name: 'stop-fake', share: slowFake, what: 'the entry and exit stops of a compat call of a 64-bit task: x7 or x12, architecture, number, result', bits: 64, where: 64, fake: true,
  prepare: (how) => new Script().spawn(0, 64).request(0, PTRACE.SETOPTIONS, 0, options).poke(0, page64, Buffer.concat([code.svc64(fakeRegisters(how, 0).imm), code.brk64()])),
  script(v, how) {
    const s = new Script().setRegset(0, NT.PRSTATUS, userPtRegs({ regs: call(how, v).regs, sp: u64(v ^ 0xff00n), pc: page64 }))
    return s.cont(0, PTRACE.SYSCALL).wait(0).getRegset(0, NT.PRSTATUS, 272).request(0, PTRACE.GET_SYSCALL_INFO, 88).getRegset(0, NT.ARM_SYSTEM_CALL, 4).setRegset(0, NT.ARM_SYSTEM_CALL, bytes64(changedTo(v)).subarray(0, 4))
      .cont(0, PTRACE.SYSCALL).wait(0).getRegset(0, NT.PRSTATUS, 272).request(0, PTRACE.GET_SYSCALL_INFO, 88).cont(0).wait(0).getRegset(0, NT.PRSTATUS, 272)
  },
  observe([, , , enter, entry, nr, , , , leave, exit, , , after]) {
    const [a, b, c] = [enter, leave, after].map((w) => readUserPtRegs(w!.slice(2)).regs)
    return { ...told(entry!, nr!, exit!), entryX7: a![7]!, entryX12: a![12]!, exitX7: b![7]!, exitX12: b![12]!, x0: c![0]!, x7: c![7]!, x12: c![12]! }
  },
  situation: (v, config, how) => changed(64, v, BigInt(call(how, v).imm), call(how, v).regs, config, (a, b, c) => ({
    entryX7: a.regs[7]!, entryX12: a.regs[12]!, exitX7: b.regs[7]!, exitX12: b.regs[12]!, x7: c.regs[7]!, x12: c.regs[12]!,
  })),
}
