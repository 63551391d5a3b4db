/** What a task does itself right before it enters the kernel, because a stop in between would show. An asynchronous MTE fault: a store through a pointer with another tag right before the SVC. TFSRE0_EL1 is looked at where the SVC enters the kernel. */
import type { Task } from '../../trace/state.js'
import { code } from '../images.js'
import { Script } from '../protocol.js'
import { NotReachable, type GuestTask } from './task.js'

const PR_SET_TAGGED_ADDR_CTRL = 55
const PR_MTE_TCF_ASYNC = 4
const PROT_MTE = 0x20
/** A page of tag 0, and the register that points to it with tag 1 until it has its own value again. */
const page = 0x5_0000_0000n
const register = 16

/** The task stands before the store and goes through the SVC at the trace's pc with the trace's registers. `t`: as it is before the SVC. */
export async function storeWithOtherTag(task: GuestTask, t: Task): Promise<void> {
  if (task.bits === 32) throw new NotReachable('an AArch32 task has no tags')
  const [tags] = await task.run(new Script().remote(task.slot, 167, [PR_SET_TAGGED_ADDR_CTRL, PR_MTE_TCF_ASYNC, 0, 0, 0]))
  if (tags![0] !== 0n) throw new NotReachable(`tag checks cannot be had (${BigInt.asIntN(64, tags![0]!)})`)
  const [mapped] = await task.run(new Script().remote(task.slot, 222, [page, 4096, PROT_MTE | 3, 0x32, -1n, 0]))
  if (mapped![0] !== page) throw new NotReachable('memory with tags cannot be had')
  const before = taggedStore(t)
  const from = t.pc - BigInt(before.length)
  await task.map(from, BigInt(before.length))
  await task.poke(from, before)
  await task.setRegisters({ ...t, pc: from, regs: t.regs.map((v, i) => i === register ? taggedPointer : v) })
}

/** The store, and the register's own value again. It begins with `taggedPointer` in x16. */
export const taggedStore = (t: Task): Buffer => Buffer.concat([code.storeWord(register), ...code.moveWide(register, t.regs[register]!)])
export const taggedPointer = page | 1n << 56n

/** TPIDR_EL0, or TPIDRURW, is written through a register that has its own value again afterwards. */
export function writeTls(bits: 64 | 32, value: bigint, t: Task): Buffer {
  if (bits === 64) return Buffer.concat([...code.moveWide(register, value), code.msrTpidr(register), ...code.moveWide(register, t.regs[register]!)])
  if ((t.pstate & 0x20n) !== 0n) throw new NotReachable('TPIDRURW is not written by Thumb code here')
  const r12 = 12
  return Buffer.concat([...code.move32(r12, value), code.mcrTls32(r12, 2), ...code.move32(r12, t.regs[r12]!)])
}
