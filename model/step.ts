/** One event: is it possible, and the state after it. The meaning of each event is docs/events.md. */
import { and, bit, bool, bv, bvand, eq, extract, False, is, isZero, ite, iteBool, not, or, True, ule, ult } from './terms/build.js'
import type { Bool, BV, Term } from './terms/term.js'
import { place, restartFn, taskNames, type TaskName } from '../trace/state.js'
import { asks, type Kernel } from './tasks/kernel.js'
import { irq, kernelExit, userWritablePstate } from './tasks/entry.js'
import { deliverSignal, noteRestartBlock, restartWithoutSignal } from './tasks/do-signal.js'
import { execve } from './tasks/exec.js'
import { cloneArguments, copyProcess } from './tasks/fork.js'
import { switchTo } from './tasks/switch.js'
import { compatFrameAddress, nativeFrameAddress } from './tasks/signal-frames.js'
import { mode32 } from './tasks/sanitise.js'
import { copyState, copyTask, mergeTask, type SymConfig, type SymCpu, type SymEvent, type SymState, type SymTask } from './tasks/symbolic.js'
import { wellMapped, wholeOrOutside } from './tasks/uaccess.js'
import { doNiSyscall } from './syscalls/arm-private.js'
import { inCompatTable, inTable, leave, storeResult, svc } from './syscalls/dispatch.js'
import { compatFrame, nativeFrame } from './syscalls/frames.table.js'
import * as numbers from './syscalls/numbers.table.js'
import { ptraceModelled, sysPtrace } from './syscalls/ptrace.js'
import { compatSigreturn } from './syscalls/sigreturn-compat.js'
import { nativeSigreturn, recordsModelled } from './syscalls/sigreturn-native.js'

export interface Step { enabled: Bool, state: SymState }
type Event<K extends SymEvent['kind']> = Extract<SymEvent, { kind: K }>
type Handler = Event<'handler'>

const indexOf = (name: TaskName): number => taskNames.indexOf(name)
const at = (t: SymTask, p: bigint): Bool => is(t.at, p)
/** The child's pid, as clone returns it to its parent. */
export const CHILD_PID = 2n

/** Runs `event` on a copy of `state`. CPU 0 only; a task runs where `current` says. */
export function step(k: Kernel, config: SymConfig, state: SymState, event: SymEvent): Step {
  const s = copyState(state)
  const cpu = s.cpus[0]!
  if (event.kind === 'switch') return { enabled: switchEvent(k, config, s, cpu, event), state: s }
  const index = indexOf(event.task)
  const t = s.tasks[index]!
  if (event.kind === 'resume') {
    const enabled = t.stopped
    t.stopped = False
    return { enabled, state: s }
  }
  const current = is(cpu.current, index)
  return { enabled: and(current, taskEvent(k, config, s, cpu, t, event)), state: s }
}

/** The events of the running task: what must hold before. Changes `t`, `cpu` and, for handlers, other tasks of `s`. */
function taskEvent(k: Kernel, config: SymConfig, s: SymState, cpu: SymCpu, t: SymTask, e: Exclude<SymEvent, { kind: 'switch' | 'resume' }>): Bool {
  const before = t.at
  const returning = and(is(before, place.returning), not(t.stopped))
  const nothingForced = isZero(t.signo)
  switch (e.kind) {
    case 'user': return and(is(before, place.el0), user(config, cpu, t, e))
    case 'svc': {
      const fault = k.hasMte ? or(not(e.mte_async_fault), config.mte) : not(e.mte_async_fault)
      svc(k, config, cpu, t, e.imm as BV<16>, e.upper as BV<15>, e.mte_async_fault)
      return and(is(before, place.el0), fault)
    }
    case 'irq': {
      const fault = k.hasMte ? or(not(e.mte_async_fault), config.mte) : not(e.mte_async_fault)
      irq(k, config, cpu, t, e.upper as BV<15>, e.mte_async_fault)
      return and(is(before, place.el0), fault)
    }
    case 'handler': return and(is(before, place.entered), handler(k, config, s, cpu, t, e))
    case 'leave':
      leave(k, t)
      return is(before, place.handled)
    case 'signal': {
      const signo = e.signo as BV<8>
      const mte = t.TIF_MTE_ASYNC_FAULT
      const which = and(or(nothingForced, eq(t.signo, signo)), or(not(mte), is(signo, numbers.signals.SIGSEGV)))
      const deliverable = and(ule(bv(8, 1), signo), ule(signo, bv(8, 64)), not(is(signo, numbers.signals.SIGKILL)), not(is(signo, numbers.signals.SIGSTOP)),
        or(not(isBlocked(t, signo)), eq(t.signo, signo), mte), ult(bv(64, 1), e.handler as BV<64>))
      const room = frameRoom(k, t, e)
      deliverSignal(k, config, t, { signo, handler: e.handler as BV<64>, flags: e.flags as BV<32>, restorer: e.restorer as BV<64>, sigtramp: e.sigtramp as BV<64> })
      return and(returning, which, deliverable, room)
    }
    case 'restart':
      restartWithoutSignal(k, t)
      return and(returning, nothingForced)
    case 'die':
      t.at = bv(8, place.dead)
      return and(returning, not(nothingForced))
    case 'stop':
      t.stopped = True
      return returning
    case 'seccomp': case 'trace_enter': case 'trace_exit': case 'skip': return False
    case 'eret': {
      const ready = and(returning, nothingForced, not(t.TIF_MTE_ASYNC_FAULT))
      kernelExit(k, config, cpu, t)
      return ready
    }
  }
}

function isBlocked(t: SymTask, signo: BV<8>): Bool {
  return or(...Array.from({ length: 64 }, (_, i) => and(is(signo, i + 1), not(isZero(bvand(t.blocked, bv(64, 1n << BigInt(i))))))))
}

/** A delivered frame starts where the region starts, or the region is out of its way. */
function frameRoom(k: Kernel, t: SymTask, e: Event<'signal'>): Bool {
  const compatSide = asks(k, 'handle_signal', t)
  const sigInfo = not(isZero(bvand(e.flags as BV<32>, bv(32, numbers.saFlags.SA_SIGINFO))))
  const room = (address: BV<64>, size: number): Bool => wholeOrOutside(t.frame, address, size)
  return iteBool(compatSide,
    iteBool(sigInfo, room(compatFrameAddress(t, compatFrame.rtSize), compatFrame.rtSize), room(compatFrameAddress(t, compatFrame.size), compatFrame.size)),
    room(nativeFrameAddress(t).at, nativeFrame.size))
}

function switchEvent(k: Kernel, config: SymConfig, s: SymState, cpu: SymCpu, e: Event<'switch'>): Bool {
  const [from, to] = [indexOf(e.from), indexOf(e.to)]
  const [prev, next] = [s.tasks[from]!, s.tasks[to]!]
  const preemptible = (t: SymTask): Bool => or(at(t, place.entered), at(t, place.handled), at(t, place.returning))
  const enabled = and(bool(from !== to), is(cpu.current, from), preemptible(prev), preemptible(next), not(next.stopped))
  switchTo(k, config, cpu, prev, next)
  cpu.current = bv(8, to)
  return enabled
}

/** Unprivileged writes. What the task's width does not have cannot be written. */
function user(config: SymConfig, cpu: SymCpu, t: SymTask, e: Event<'user'>): Bool {
  const is32 = mode32(t.pstate)
  const conditions: Bool[] = []
  const narrow = (v: Term): Bool => not(and(is32, not(isZero(bvand(v as BV<64>, bv(64, 0xffffffff00000000n))))))
  for (const [path, v] of Object.entries(e.set as Record<string, Term>)) {
    const reg = /^regs\[(\d+)\]$/.exec(path)
    const vreg = /^vregs\[(\d+)\]$/.exec(path)
    const memory = /^(frame|buf)\.(base|lo|hi|words)(?:\[(\d+)\])?$/.exec(path)
    if (reg) {
      const i = Number(reg[1])
      conditions.push(i < 15 ? narrow(v) : not(is32))
      t.regs[i] = v as BV<64>
    } else if (vreg) {
      if (Number(vreg[1]) > 15) conditions.push(not(is32))
      t.vregs[Number(vreg[1])] = v as BV<128>
    } else if (memory) {
      const region = t[memory[1] as 'frame' | 'buf']
      if (memory[2] === 'words') region.words[Number(memory[3])] = v as BV<32>
      else region[memory[2] as 'base'] = v as BV<64>
    } else if (path === 'pstate') {
      conditions.push(userWritablePstate(config, t.pstate, v as BV<64>))
      t.pstate = v as BV<64>
    } else if (path === 'TPIDR_EL0') {
      conditions.push(narrow(v))
      cpu.TPIDR_EL0 = v as BV<64>
    } else if (path === 'sp') {
      conditions.push(not(is32))
      t.sp = v as BV<64>
    } else if (path === 'pc') {
      conditions.push(narrow(v))
      t.pc = v as BV<64>
    } else if (path === 'fpsr' || path === 'fpcr') t[path] = v as BV<32>
  }
  // in AArch32 state pc is always aligned
  const aligned = or(not(is32), and(isZero(extract<1>(0, 0, t.pc)), or(bit(5, t.pstate), isZero(extract<1>(1, 1, t.pc)))))
  return and(...conditions, aligned, wellMapped(t.frame), wellMapped(t.buf))
}

/** The handler that table and number select, and invoke_syscall's treatment of its result. */
function handler(k: Kernel, config: SymConfig, s: SymState, cpu: SymCpu, t: SymTask, e: Handler): Bool {
  const compat = inCompatTable(t)
  const nr = (n: { native?: number, compat?: number }): Bool => and(inTable(k, t), or(
    n.native === undefined ? False : and(not(compat), is(t.syscallno, n.native)),
    n.compat === undefined ? False : and(compat, is(t.syscallno, n.compat))))
  const done = (selected: Bool, result: BV<64>): Bool => {
    storeResult(k, t, result)
    return selected
  }
  switch (e.call) {
    case 'sigreturn': case 'rt_sigreturn': {
      const rt = e.call === 'rt_sigreturn'
      const code = or(is(e.si_code as BV<32>, numbers.siCode.SEGV_MAPERR), is(e.si_code as BV<32>, numbers.siCode.SEGV_ACCERR))
      const size = rt ? compatFrame.rtSize : compatFrame.size
      const [asCompat, asNative] = [copyTask(t), copyTask(t)]
      const compatResult = compatSigreturn(k, config, asCompat, rt, e.si_code as BV<32>, e.residue as BV<128>[])
      if (!rt) {
        const room = wholeOrOutside(t.frame, t.regs[13]!, size)
        const selected = nr({ compat: numbers.compat.sigreturn })
        Object.assign(t, asCompat)
        return and(done(selected, compatResult), code, room)
      }
      const room = and(or(not(compat), wholeOrOutside(t.frame, t.regs[13]!, size)), or(compat, and(wholeOrOutside(t.frame, t.sp, nativeFrame.size), recordsModelled(t))))
      const selected = nr({ native: numbers.native.rt_sigreturn, compat: numbers.compat.rt_sigreturn })
      const nativeResult = nativeSigreturn(k, config, asNative, e.si_code as BV<32>)
      Object.assign(t, mergeTask(compat, asCompat, asNative))
      return and(done(selected, ite(compat, compatResult, nativeResult)), code, room)
    }
    case 'ptrace': {
      const target = s.tasks[indexOf(e.target)]!
      if (target === t) return False
      const selected = and(nr({ native: numbers.native.ptrace, compat: numbers.compat.ptrace }), ptraceModelled(k, t, target), not(is(target.at, place.absent)))
      return done(selected, sysPtrace(k, config, t, target))
    }
    case 'ni': {
      const selected = not(inTable(k, t))
      const fromCompat = doNiSyscall(k, cpu, t)
      return done(selected, fromCompat)
    }
    case 'clone': {
      const i = indexOf(e.child)
      const free = is(s.tasks[i]!.at, place.absent)
      const selected = nr({ native: numbers.native.clone, compat: numbers.compat.clone })
      s.tasks[i] = copyProcess(k, cpu, t, cloneArguments(k, t))
      return and(free, done(selected, bv(64, CHILD_PID)))
    }
    case 'execve': {
      const selected = and(nr({ native: numbers.native.execve, compat: numbers.compat.execve }), e.bits === 32 ? config.aarch32_el0 : True)
      execve(k, config, cpu, t, e.bits)
      return done(selected, bv(64, 0))
    }
    case 'mmap': case 'tagged_addr': return False
    case 'other': {
      const named = (table: Record<string, number>): Bool => or(...Object.entries(table).filter(([n]) => n !== 'restart_syscall').map(([, n]) => is(t.syscallno, n)))
      const selected = and(inTable(k, t), ule(e.restart as BV<8>, bv(8, restartFn.compat)), not(and(compat, named(numbers.compat))), not(and(not(compat), named(numbers.native))))
      noteRestartBlock(t, e.result as BV<64>, e.restart as BV<8>)
      return done(selected, e.result as BV<64>)
    }
  }
}
