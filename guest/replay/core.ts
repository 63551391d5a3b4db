/** The core that a dying task leaves: which view its registers are in, and what they are. */
import type { Task } from '../../trace/state.js'
import { view } from '../../trace/state.js'
import { Script, wordsToBytes } from '../protocol.js'
import type { Replay, Running } from './running.js'

const room = 32768
const EM_ARM = 40
const PT_NOTE = 4
const NT_PRSTATUS = 1
const NT_ARM_TLS = 0x401
/** struct elf_prstatus: pr_reg; of a 32-bit image's core struct compat_elf_prstatus. */
const registersAt = { 64: 112, 32: 72 } as const

/** What a core says in the words of the traces. `wide`: the file is an ELF64 one, because the image was. */
export interface Core { readonly view: bigint, readonly psr: bigint, readonly registers: Buffer }

/** Reads the notes at the beginning of an ELF core; undefined where there is none. */
export function readCore(bytes: Buffer): Core | undefined {
  if (bytes.length < 64 || bytes.toString('latin1', 0, 4) !== '\x7fELF') return undefined
  const wide = bytes[4] === 2
  const headers = wide ? Number(bytes.readBigUInt64LE(32)) : bytes.readUInt32LE(28)
  const count = bytes.readUInt16LE(wide ? 56 : 44)
  const size = bytes.readUInt16LE(wide ? 54 : 42)
  const notes = new Map<number, Buffer>()
  for (let n = 0; n < count; n++) {
    const at = headers + n * size
    if (bytes.readUInt32LE(at) !== PT_NOTE) continue
    const from = wide ? Number(bytes.readBigUInt64LE(at + 8)) : bytes.readUInt32LE(at + 4)
    const end = Math.min(from + (wide ? Number(bytes.readBigUInt64LE(at + 32)) : bytes.readUInt32LE(at + 16)), bytes.length)
    for (let p = from; p + 12 <= end;) {
      const [name, length, type] = [bytes.readUInt32LE(p), bytes.readUInt32LE(p + 4), bytes.readUInt32LE(p + 8)]
      const data = p + 12 + (name + 3 & ~3)
      if (!notes.has(type)) notes.set(type, bytes.subarray(data, data + length))
      p = data + (length + 3 & ~3)
    }
  }
  const status = notes.get(NT_PRSTATUS)
  if (status === undefined) return undefined
  const registers = status.subarray(registersAt[wide ? 64 : 32])
  // the compat view has no TLS among its registers, the one of a 32-bit tracer has
  if (bytes.readUInt16LE(18) === EM_ARM) return { view: notes.has(NT_ARM_TLS) ? view.aarch32_ptrace : view.aarch32, psr: BigInt(registers.readUInt32LE(64)), registers }
  return { view: view.aarch64, psr: registers.readBigUInt64LE(264), registers }
}

/** The task of the trace has died, and the guest's is to die by the same signal; its core is compared with the trace's. */
export async function died(w: Replay, name: string, before: Task, after: Task, r: Running): Promise<void> {
  if (r.stop !== undefined && (r.stop.status & 0x7fn) === 0x7fn) r.stop = await r.task.go(undefined, Number(before.signo))
  const status = r.stop?.status ?? 0n
  if ((status & 0x7fn) === 0n || (status & 0x7fn) === 0x7fn) {
    w.differences.push(`${name}: the trace dies, the guest's task has status 0x${status.toString(16)}`)
    return
  }
  if (before.signo !== 0n && (status & 0x7fn) !== before.signo) w.differences.push(`${name}: the trace dies by signal ${before.signo}, the guest by ${status & 0x7fn}`)
  const [told] = await r.task.run(new Script().core(room))
  const core = readCore(wordsToBytes(told!.slice(1), Number(told![0])))
  const differ = (what: string, want: bigint, got: bigint): void => {
    if (want !== got) w.differences.push(`${name}.${what}: the trace has 0x${want.toString(16)}, the guest 0x${got.toString(16)}`)
  }
  differ('core', after.core, core?.view ?? view.none)
  if (core === undefined || core.view !== after.core) return
  const ssbs = w.trace.config.ssbs ? 0n : after.TIF_32BIT ? 1n << 23n : 1n << 12n
  differ('core_psr', after.core_psr & ~ssbs, core.psr & ~ssbs)
  const wide = core.view === view.aarch64
  for (let n = 0; n < (wide ? 31 : 13); n++) {
    if (!r.masks.regs.has(n)) differ(`core.regs[${n}]`, BigInt.asUintN(wide ? 64 : 32, after.regs[n]!), wide ? core.registers.readBigUInt64LE(n * 8) : BigInt(core.registers.readUInt32LE(n * 4)))
  }
}
