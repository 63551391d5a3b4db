/** A task of a trace that calls ptrace: the guest program itself plays it, for only it may trace the others. */
import type { Task } from '../../trace/state.js'
import type { Guest } from '../qemu.js'
import { pidOf, scratch, Script } from '../protocol.js'
import { NotReachable } from './task.js'

const PAGE = 4096n

export class Tracer {
  constructor(private readonly guest: Guest, private readonly where: 64 | 32, private readonly task: Task) {}

  private async run(script: Script): Promise<bigint[][]> {
    const [record] = await this.guest.run([script], this.where)
    return script.results(record!)
  }

  /** Maps and fills `buf`. */
  async setBuf(): Promise<void> {
    const { base, lo, hi, words } = this.task.buf
    if (hi <= lo) return
    const first = (base + lo) & ~(PAGE - 1n)
    const last = base + hi
    const length = (last - first + PAGE - 1n) & ~(PAGE - 1n)
    if (first + length > 0x5f000000n && first < 0x70000000n) throw new NotReachable('the buffer lies where the guest program lies')
    const prot = [first, length, 3, 0x32, -1n, 0] as const
    const [result] = await this.run(new Script().syscall(this.where === 64 ? { x8: 222 } : { x7: 192 }, prot))
    if (BigInt.asUintN(this.where, result![0]!) !== first) throw new NotReachable(`the buffer at 0x${base.toString(16)} cannot be mapped`)
    const bytes = Buffer.alloc(words.length * 4)
    words.forEach((w, i) => bytes.writeUInt32LE(Number(w), i * 4))
    await this.run(new Script().write(base + lo, bytes.subarray(Number(lo), Math.min(Number(hi), bytes.length))))
  }

  /** The ptrace call, with the task's registers; returns x0 and what `buf` holds afterwards. */
  async ptrace(imm: bigint, targetSlot: number): Promise<{ x0: bigint, words: (bigint | undefined)[] }> {
    const r = this.task.regs
    const { base, lo, hi, words } = this.task.buf
    const length = Number(hi > lo ? hi - lo : 0n)
    const script = new Script().syscall({ imm: Number(imm), x7: r[7]!, x8: r[8]! }, [r[0]!, pidOf(targetSlot), r[2]!, r[3]!, r[4]!, r[5]!])
    if (length > 0) script.read(base + lo, length)
    const [call, memory] = await this.run(script)
    const bytes = Buffer.alloc(Math.ceil(length / 8) * 8)
    memory?.forEach((w, i) => bytes.writeBigUInt64LE(w, i * 8))
    return {
      x0: BigInt.asUintN(this.where, call![0]!),
      words: words.map((_, i) => {
        const at = i * 4 - Number(lo)
        return at >= 0 && at + 4 <= length ? BigInt(bytes.readUInt32LE(at)) : undefined
      }),
    }
  }

  async unmap(): Promise<void> {
    const { base, lo, hi } = this.task.buf
    if (hi <= lo) return
    const first = (base + lo) & ~(PAGE - 1n)
    const length = (base + hi - first + PAGE - 1n) & ~(PAGE - 1n)
    // the program's own scratch pages stay mapped
    if (first >= scratch && first < scratch + 0x10000n) return
    await this.run(new Script().syscall(this.where === 64 ? { x8: 215 } : { x7: 91 }, [first, length]))
  }
}
