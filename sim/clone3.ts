/**
 * clone3: struct clone_args as the kernel copies and judges it. kernel/fork.c copy_clone_args_from_user, clone3_args_valid, clone3_stack_valid
 * (v5.11, v6.1, v6.12, v7.3); include/linux/uaccess.h copy_struct_from_user. A SYSCALL_DEFINE: native in both tables.
 */
import type { Task } from '../trace/state.js'
import { E2BIG, EFAULT, EINVAL, errno, u64 } from './bits.js'
import type { Kernel } from './kernel.js'
import { UserMemory, accessOk, valueOf } from './memory.js'
import { need } from './not-enabled.js'
import type { CloneArgs } from './process.js'

const PAGE_SIZE = 4096n, SIZE_VER0 = 64, SIZE_VER2 = 88
const CSIGNAL = 0xffn, CLONE_SIGHAND = 0x800n, CLONE_PARENT = 0x8000n, CLONE_THREAD = 0x10000n
const CLONE_CLEAR_SIGHAND = 1n << 32n, CLONE_INTO_CGROUP = 1n << 33n
const LAST_SIGNAL = 64n

/** What clone3 hands to copy_process, or the error before that. `uargs`: the first argument. */
export function clone3Args(k: Kernel, t: Task, uargs: bigint): CloneArgs | { error: bigint } {
  const usize = t.regs[1]!
  if (usize > PAGE_SIZE) return { error: errno(E2BIG) }
  if (usize < SIZE_VER0) return { error: errno(EINVAL) }
  const memory = new UserMemory(t.buf, t.TIF_TAGGED_ADDR)
  const bytes = copyStruct(memory, k.clone3.size, uargs, Number(usize))
  if (!(bytes instanceof Uint8Array)) return bytes
  const word = (offset: number): bigint => offset < bytes.length ? valueOf(bytes, offset, 8) : 0n
  const [flags, exitSignal, stack, stackSize] = [word(0), word(32), word(40), word(48)]
  const [setTid, setTidSize, cgroup] = [word(64), word(72), word(80)]
  if ((setTid === 0n) !== (setTidSize === 0n) || setTidSize > 32n) return { error: errno(EINVAL) }
  // its upper bits must be clear, and it must be a signal (v7.3: kernel_clone says so)
  if ((exitSignal & ~CSIGNAL) !== 0n || exitSignal > LAST_SIGNAL) return { error: errno(EINVAL) }
  if ((flags & CLONE_INTO_CGROUP & k.clone3.known) !== 0n && (cgroup > 0x7fffffffn || usize < SIZE_VER2)) return { error: errno(EINVAL) }
  need(setTid === 0n, 'process numbers of a namespace are not part of the state')
  if (!argsValid(k, flags, exitSignal) || !stackValid(t, stack, stackSize)) return { error: errno(EINVAL) }
  need((flags & CLONE_INTO_CGROUP) === 0n, 'descriptors of cgroups are not part of the state')
  // the stack grows down
  return { flags, stack: u64(stack + stackSize), tls: word(56) }
}

/** copy_struct_from_user(): a shorter structure is filled up with 0; what a longer one has beyond must be 0. */
function copyStruct(memory: UserMemory, ksize: number, src: bigint, usize: number): Uint8Array | { error: bigint } {
  const size = Math.min(ksize, usize), out = new Uint8Array(ksize)
  if (usize > ksize) {
    // check_zeroed_user(): upwards, to the first that is not 0; pages behind that are not touched
    if (!accessOk(src + BigInt(size), BigInt(usize - size), memory.tagged)) return { error: errno(EFAULT) }
    for (let i = size; i < usize; i++) {
      const byte = memory.copyIn(src + BigInt(i), 1)
      if (byte === null) return { error: errno(EFAULT) }
      if (byte.some((b) => b !== 0)) return { error: errno(E2BIG) }
    }
  }
  const bytes = memory.copyIn(src, size)
  if (bytes === null) return { error: errno(EFAULT) }
  out.set(bytes)
  return out
}

function argsValid(k: Kernel, flags: bigint, exitSignal: bigint): boolean {
  if ((flags & ~k.clone3.known) !== 0n || (flags & k.clone3.reserved) !== 0n) return false
  const both = CLONE_SIGHAND | CLONE_CLEAR_SIGHAND
  if ((flags & both) === both) return false
  return (flags & (CLONE_THREAD | CLONE_PARENT)) === 0n || exitSignal === 0n
}

function stackValid(t: Task, stack: bigint, size: bigint): boolean {
  if (stack === 0n) return size === 0n
  return size !== 0n && accessOk(stack, size, t.TIF_TAGGED_ADDR)
}
