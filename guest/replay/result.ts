/** Calls whose result is a choice of the trace: one that is not modelled, and mmap. */
import type { Event } from '../../trace/events.js'
import { table, type Task, type TaskName } from '../../trace/state.js'
import { NT, PTRACE, Script, stopSignal } from '../protocol.js'
import type { Replay, Running } from './running.js'
import { NotReachable } from './task.js'

const low = 0xffffffffn
/** An errno among 32 bits. */
const isError = (v: bigint): boolean => BigInt.asIntN(32, v) < 0n && BigInt.asIntN(32, v) >= -4095n
/** Signed 64 bits, or what a compat call leaves of them. */
const isMmapError = (v: bigint): boolean => isError(v) && (v >> 32n === 0n || v >> 32n === low)

/**
 * From the SVC to its exit stop. The kernel's own result stands for the choice of the trace: where both are errors, or neither is, what became of its upper half is compared.
 * Where what follows depends on it (a restart, a signal), the tracer then writes the trace's. Of mmap the address is the trace's, because no other is free.
 */
export async function chosenResult(w: Replay, i: number, r: Running, name: TaskName, until: readonly Event[]): Promise<void> {
  await r.task.go(PTRACE.SYSCALL)
  await architecture(w, i + 1, name, r)
  if (leaves(w.state(i + 1, name))) await anotherCall(w.state(i + 1, name), r)
  r.stop = await r.task.go(PTRACE.SYSCALL)
  const handled = w.trace.events.findIndex((x, j) => j > i && x.kind === 'handler' && x.task === name)
  if (stopSignal(r.stop) === 0) throw new NotReachable('the call does not come back')
  const want = w.state(handled + 1, name).regs[0]!
  if (r.call === 'mmap' && !isMmapError(want)) r.masks = { ...r.masks, x0: 0n }
  else await choice(r, want)
  r.inside = 'handled'
  if (until.some((x) => x.kind === 'signal' || x.kind === 'restart')) {
    await r.task.setResult(want)
    r.masks = { ...r.masks, x0: 0n }
  }
}

/** exit, exit_group: the traces let every call return, these do not. */
const leaves = (t: Task): boolean => (t.table === table.native ? [93n, 94n] : [1n, 248n]).includes(t.syscallno)

/** Its tracer has it run getpid instead. */
export async function anotherCall(t: Task, r: Running): Promise<void> {
  const number = Buffer.alloc(4)
  number.writeUInt32LE(t.table === table.native ? 172 : 20)
  await r.task.run(new Script().setRegset(r.task.slot, NT.ARM_SYSTEM_CALL, number))
}

/** At the exit stop: how much of the result can be compared with the trace's. */
export async function choice(r: Running, want: bigint): Promise<void> {
  const { regs } = await r.task.look()
  r.masks = { ...r.masks, x0: isError(regs[0]!) === isError(want) ? low : low << 32n | low }
}

/** The number, and the architecture, that seccomp and audit see of the call at whose entry stop the task is. */
export async function architecture(w: Replay, i: number, name: TaskName, r: Running): Promise<void> {
  const [info, number] = await r.task.run(new Script().request(r.task.slot, PTRACE.GET_SYSCALL_INFO, 88).getRegset(r.task.slot, NT.ARM_SYSTEM_CALL, 4))
  const told = (field: string, want: bigint, got: bigint): void => {
    if (got !== want) w.differences.push(`${name}.${field}: the trace has 0x${want.toString(16)}, the guest 0x${got.toString(16)}`)
  }
  const t = w.state(i, name)
  told('audit_arch', t.audit_arch, info![1]! >> 32n)
  told('syscallno', t.syscallno, BigInt.asUintN(32, number![2]!))
}
