/** The ptrace system call, native and compat. kernel/ptrace.c, arch/arm64/kernel/ptrace.c. */
import { view, type Config, type Task } from '../trace/state.js'
import { EFAULT, EINVAL, EIO, ESRCH, errno, low32, u32 } from './bits.js'
import type { Kernel } from './kernel.js'
import { UserMemory } from './memory.js'
import { need } from './not-enabled.js'
import { NT_PRSTATUS, compatGetUserReg, compatWriteUser, copyRegsetFromUser, copyRegsetToUser, findRegset, taskUserRegsetView, type Access } from './regsets.js'

const PEEKUSR = 3, POKEUSR = 6, COMPAT_GETREGS = 12, COMPAT_SETREGS = 13, COMPAT_GET_THREAD_AREA = 22, COMPAT_SET_SYSCALL = 23
const GETREGSET = 0x4204, SETREGSET = 0x4205
const COMPAT_USER_SZ = 296, GREGS = 72
const START_CODE = 0x10000, START_DATA = 0x10004, END_CODE = 0x10008

/** What the handler returns. `child` undefined or not stopped: ptrace_check_attach fails. `first`: the first argument. */
export function ptrace(kernel: Kernel, config: Config, tracer: Task, child: Task | undefined, compatTable: boolean, first: bigint): bigint {
  if (child === undefined || child === tracer || !child.stopped) return errno(ESRCH)
  const a: Access = { kernel, config, target: child, memory: new UserMemory(tracer.buf, tracer.TIF_TAGGED_ADDR) }
  const [, , addr, data] = tracer.regs as [bigint, bigint, bigint, bigint]
  return compatTable ? compatArchPtrace(a, tracer, low32(first), u32(addr), u32(data)) : nativeRequest(a, tracer, first, addr, data)
}

function nativeRequest(a: Access, tracer: Task, request: bigint, addr: bigint, data: bigint): bigint {
  if (request !== BigInt(GETREGSET) && request !== BigInt(SETREGSET)) return errno(EIO)
  return regsetRequest(a, tracer, Number(request), low32(addr), data, 8)
}

/** compat_arch_ptrace(): no test of the child's mode, the view hard-wired. */
function compatArchPtrace(a: Access, tracer: Task, request: number, addr: bigint, data: bigint): bigint {
  switch (request) {
    case PEEKUSR: return compatReadUser(a, Number(addr), data)
    case POKEUSR: {
      const off = Number(addr)
      if ((off & 3) !== 0 || off >= COMPAT_USER_SZ) return errno(EIO)
      return off >= GREGS ? 0n : compatWriteUser(a, off >> 2, data)
    }
    case COMPAT_GETREGS:
    case COMPAT_SETREGS: {
      tracer.view = view.aarch32
      const gregs = findRegset(a.kernel, view.aarch32, NT_PRSTATUS)!
      return (request === COMPAT_GETREGS ? copyRegsetToUser : copyRegsetFromUser)(a, gregs, GREGS, data)
    }
    case COMPAT_GET_THREAD_AREA: return a.memory.store(data, 4, u32(a.target.tp_value)) ? 0n : errno(EFAULT)
    case COMPAT_SET_SYSCALL:
      a.target.syscallno = data
      return 0n
    case GETREGSET:
    case SETREGSET: return regsetRequest(a, tracer, request, Number(addr), data, 4)
    default: return errno(EIO)
  }
}

function compatReadUser(a: Access, off: number, data: bigint): bigint {
  if ((off & 3) !== 0) return errno(EIO)
  need(off !== START_CODE && off !== START_DATA && off !== END_CODE, 'mm->start_code, start_data and end_code are not part of the state')
  if (off >= COMPAT_USER_SZ) return errno(EIO)
  return a.memory.store(data, 4, off < GREGS ? compatGetUserReg(a.target, off >> 2) : 0n) ? 0n : errno(EFAULT)
}

/** GETREGSET and SETREGSET with the iovec at `data`: two words of `word` bytes. */
function regsetRequest(a: Access, tracer: Task, request: number, type: number, data: bigint, word: 4 | 8): bigint {
  const base = a.memory.load(data, word)
  const length = a.memory.load(data + BigInt(word), word)
  if (base === null || length === null) return errno(EFAULT)
  tracer.view = taskUserRegsetView(a.kernel, tracer, a.target)
  const regset = findRegset(a.kernel, tracer.view, type)
  if (regset === undefined || length % BigInt(regset.size) !== 0n) return errno(EINVAL)
  const whole = regset.n * regset.size
  const count = length > BigInt(whole) ? whole : Number(length)
  const ret = request === GETREGSET ? copyRegsetToUser(a, regset, count, base) : copyRegsetFromUser(a, regset, count, base)
  if (ret !== 0n) return ret
  return a.memory.store(data + BigInt(word), word, BigInt(count)) ? 0n : errno(EFAULT)
}
