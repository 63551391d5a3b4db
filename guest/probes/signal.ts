import { code, readUserPtRegs, rtSigframe, userPtRegs, compatGregs, readCompatGregs, compatSigframe } from '../images.js'
import { NT, PTRACE, Script, stopOf, stopSignal } from '../protocol.js'
import { eret, frameBase, goOnWithB, leave, mapFrame, page32, page64, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import { psrOf } from './prstatus32.js'
import { breakpoints32, startFor, withoutIt } from './run32.js'
import type { Probe } from './probe.js'

const SIGUSR1 = 10
const SA_RESTORER = 0x04000000n
const restorer = 0x12345678n
const handler64 = page64 + 0x40n
const stack = frameBase + 0x1400n

/** struct sigaction of the kernel's ABI, put into the task's frame page for rt_sigaction. */
const action64 = (): Buffer => {
  const b = Buffer.alloc(32)
  b.writeBigUInt64LE(handler64, 0)
  b.writeBigUInt64LE(SA_RESTORER, 8)
  b.writeBigUInt64LE(restorer, 16)
  return b
}

/** handle_signal → setup_rt_frame → setup_return (kernel/signal.c): pstate in the handler and in the frame. */
export const signal64: Probe = {
  name: 'signal64', what: 'a signal reaches a 64-bit task that has a given pstate', bits: 64, where: 64,
  prepare: () => mapFrame(new Script().spawn(1, 64), 1, 64).poke(1, frameBase, action64()).remote(1, 134, [SIGUSR1, frameBase, 0, 8]).poke(1, handler64, code.brk64()).poke(1, page64, code.brk64()),
  script: (v) => new Script().setRegset(1, NT.PRSTATUS, userPtRegs({ pc: page64, sp: stack })).setRegset(1, NT.PRSTATUS, userPtRegs({ pc: page64, sp: stack, pstate: v }))
    .request(1, PTRACE.SETSIGMASK, 8, 0x58000000n).cont(1, PTRACE.CONT, SIGUSR1).wait(1).getRegset(1, NT.PRSTATUS, 272).peek(1, frameBase, 0x1400),
  observe([, , , , stop, get, memory]) {
    const r = readUserPtRegs(get!.slice(2))
    const frame = r.sp - frameBase
    const at = (offset: number): bigint => frame >= 0n && frame < 0x1000n ? memory![1 + Number((frame + BigInt(offset)) / 8n)]! : -1n
    return { signal: BigInt(stopSignal(stopOf(stop!))), pstate: r.pstate, pc: r.pc, x0: r.regs[0]!, x30: r.regs[30]!, framePstate: at(rtSigframe.pstate), framePc: at(rtSigframe.pc), frameSp: at(rtSigframe.sp) }
  },
  situation(v, config) {
    const initial = tracerAndTracee([64, 64], config)
    const b = initial.tasks[1]!
    b.pstate = 0n
    b.pc = page64
    b.sp = stack
    // sizeof(struct rt_sigframe) and the frame record above it: the stretch in view begins where the frame does
    b.frame.base = stack - 16n - 4688n
    b.frame.hi = BigInt(b.frame.words.length * 4)
    regsetCall(initial, 0x4205, NT.PRSTATUS, userPtRegs({ pc: page64, sp: stack, pstate: v }), 'native')
    return {
      initial,
      events: [svc('A'), ptraceB, leave('A'), ...goOnWithB, { kind: 'signal', task: 'B', signo: BigInt(SIGUSR1), handler: handler64, flags: SA_RESTORER, restorer, sigtramp: 0n }, eret('B')],
      observe(s) {
        const t = s.tasks[1]!
        const word = (offset: number): bigint => {
          const i = Number((t.sp + BigInt(offset) - t.frame.base) / 4n)
          return (t.frame.words[i] ?? 0n) | (t.frame.words[i + 1] ?? 0n) << 32n
        }
        return { signal: 5n, pstate: t.pstate, pc: t.pc, x0: t.regs[0]!, x30: t.regs[30]!, framePstate: word(rtSigframe.pstate), framePc: word(rtSigframe.pc), frameSp: word(rtSigframe.sp) }
      },
    }
  },
}

const handler32 = page32 + 0x40n
const action32 = (): Buffer => {
  const b = Buffer.alloc(20)
  b.writeUInt32LE(Number(handler32), 0)
  b.writeUInt32LE(Number(SA_RESTORER), 4)
  b.writeUInt32LE(Number(restorer), 8)
  return b
}

/** handle_signal → compat_setup_frame → compat_setup_return (kernel/signal32.c). */
export const signal32: Probe = {
  name: 'signal32', what: 'a signal reaches an AArch32 task that has a given PSR', bits: 32, where: 64,
  prepare: () => mapFrame(new Script().spawn(1, 32), 1, 32).poke(1, frameBase, action32()).remote(1, 174, [SIGUSR1, frameBase, 0, 8]).poke(1, page32, breakpoints32).poke(1, handler32, code.brk32()),
  script(input) {
    const v = withoutIt(input)
    const regs = [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, stack]
    return new Script().setRegset(1, NT.PRSTATUS, compatGregs({ regs, pc: page32 })).setRegset(1, NT.PRSTATUS, compatGregs({ regs, pc: startFor(v), psr: v }))
      .request(1, PTRACE.SETSIGMASK, 8, 0x58000000n).cont(1, PTRACE.CONT, SIGUSR1).wait(1).getRegset(1, NT.PRSTATUS, 72).peek(1, stack - 0x300n, 0x300)
  },
  observe([, , , , stop, get, memory]) {
    const r = readCompatGregs(get!.slice(2))
    const frame = Number(r.sp - stack + 0x300n)
    const at = (offset: number): bigint => {
      const w = memory![1 + Math.floor((frame + offset) / 8)]
      return w === undefined ? -1n : BigInt.asUintN(32, w >> BigInt(8 * ((frame + offset) % 8)))
    }
    return { signal: BigInt(stopSignal(stopOf(stop!))), psr: r.pstate, pc: r.pc, r0: r.regs[0]!, lr: r.regs[14]!, framePsr: at(compatSigframe.cpsr), framePc: at(compatSigframe.pc) }
  },
  situation(input, config) {
    const v = withoutIt(input)
    const regs = [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, stack]
    const initial = tracerAndTracee([64, 32], config)
    const b = initial.tasks[1]!
    b.pstate = 0x10n
    b.pc = page32
    b.regs[13] = stack
    b.frame.base = stack - BigInt(compatSigframe.size)
    b.frame.hi = BigInt(b.frame.words.length * 4)
    regsetCall(initial, 0x4205, NT.PRSTATUS, compatGregs({ regs, pc: startFor(v), psr: v }), 'native')
    return {
      initial,
      events: [svc('A'), ptraceB, leave('A'), ...goOnWithB, { kind: 'signal', task: 'B', signo: BigInt(SIGUSR1), handler: handler32, flags: SA_RESTORER, restorer, sigtramp: 0n }, eret('B')],
      observe(s) {
        const t = s.tasks[1]!
        const word = (offset: number): bigint => t.frame.words[Number((t.regs[13]! + BigInt(offset) - t.frame.base) / 4n)] ?? 0n
        return { signal: 5n, psr: psrOf(s, 1), pc: t.pc, r0: t.regs[0]!, lr: t.regs[14]!, framePsr: word(compatSigframe.cpsr), framePc: word(compatSigframe.pc) }
      },
    }
  },
}
