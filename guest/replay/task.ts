/** One task of a trace, as a traced task of the guest. */
import { BUF_WORDS, FRAME_WORDS, type Task } from '../../trace/state.js'
import { code, compatGregs, readCompatGregs, readUserPtRegs, userPtRegs, type Registers } from '../images.js'
import { NT, pidOf, PTRACE, scratch, Script, stopOf, type Stop } from '../protocol.js'
import type { Guest } from '../qemu.js'

const NT_ARM_VFP = 0x400
const SIGSTOP = 19
/** What the guest cannot be brought to; the rung stays `not climbed` for this reason. */
export class NotReachable extends Error {}

const PAGE = 4096n
const pageOf = (a: bigint): bigint => a & ~(PAGE - 1n)
/** psr ↔ SPSR: DIT is bit 21 of what user space sees, bit 24 of SPSR (asm/ptrace.h). */
const psrToPstate = (psr: bigint): bigint => psr & ~(1n << 21n) | (psr >> 21n & 1n) << 24n
export const pstateToPsr = (p: bigint): bigint => p & 0xffffffffn & ~(1n << 24n | 1n << 21n) | (p >> 24n & 1n) << 21n

export interface Seen extends Registers { readonly vregs: bigint[], readonly fpsr: bigint, readonly fpcr: bigint, readonly tls: bigint, readonly blocked: bigint }

export class GuestTask {
  readonly mapped = new Set<bigint>()
  /** code that it runs up to its pc, from where it is let go next */
  before: Buffer | undefined
  /** what orig_x0 is now: a system call that is made for it does not leave another */
  origX0: bigint | undefined
  /** its tracer has it make single steps */
  stepping = false
  pid = 0n
  constructor(private readonly guest: Guest, readonly slot: number, public bits: 64 | 32) {}

  async run(script: Script): Promise<bigint[][]> {
    const [record] = await this.guest.run([script])
    return script.results(record!)
  }

  async spawn(): Promise<void> {
    const [pid] = await this.run(new Script().spawn(this.slot, this.bits))
    this.pid = pid![0]!
    this.mapped.clear()
    this.mapped.add(this.bits === 64 ? 0x400000n : 0x10000n)
  }

  /** A new child of a traced task, once it is stopped. */
  async adopted(pid: bigint): Promise<void> {
    await this.run(new Script().adopt(this.slot, pid, this.bits))
    this.pid = pid
  }

  /** Makes the pages of a stretch accessible; anything that cannot be mapped is not reachable. */
  async map(address: bigint, length: bigint): Promise<void> {
    const had = this.mapped.size
    await this.mapPages(address, length)
    if (this.mapped.size > had && this.origX0 !== undefined) await this.setOrigX0(this.origX0)
  }

  private async mapPages(address: bigint, length: bigint): Promise<void> {
    for (let page = pageOf(address); page < address + length; page += PAGE) {
      if (this.mapped.has(page)) continue
      const limit = this.bits === 64 ? 1n << 48n : 0xffff0000n
      if (page + PAGE > limit) throw new NotReachable(`address 0x${page.toString(16)} is not one that user space can map`)
      const [result] = await this.run(new Script().remote(this.slot, this.bits === 64 ? 222 : 192, [page, PAGE, 7, 0x32, -1n, 0]))
      if (BigInt.asUintN(this.bits, result![0]!) !== page) throw new NotReachable(`mmap of 0x${page.toString(16)} gives 0x${result![0]!.toString(16)}`)
      this.mapped.add(page)
    }
  }

  async poke(address: bigint, bytes: Uint8Array): Promise<void> {
    const [result] = await this.run(new Script().poke(this.slot, address, bytes))
    if (result![0] !== BigInt(bytes.length)) throw new NotReachable(`address 0x${address.toString(16)} cannot be written`)
  }

  /** Maps and fills what a region has in view. */
  async region(r: Task['frame']): Promise<void> {
    if (r.hi <= r.lo) return
    await this.map(r.base + r.lo, r.hi - r.lo)
    const bytes = Buffer.alloc(r.words.length * 4)
    r.words.forEach((w, i) => bytes.writeUInt32LE(Number(w), i * 4))
    await this.poke(r.base + r.lo, bytes.subarray(Number(r.lo), Math.min(Number(r.hi), bytes.length)))
  }

  async setRegisters(t: Pick<Task, 'regs' | 'sp' | 'pc' | 'pstate'>): Promise<void> {
    const wide = this.bits === 64
    const image = wide ? userPtRegs(t) : compatGregs({ regs: t.regs, pc: t.pc, psr: pstateToPsr(t.pstate) })
    const [set, get] = await this.run(new Script().setRegset(this.slot, NT.PRSTATUS, image).getRegset(this.slot, NT.PRSTATUS, image.length))
    if (set![0] !== 0n) throw new NotReachable('the registers of the start are refused by PTRACE_SETREGSET')
    const now = wide ? readUserPtRegs(get!.slice(2)).pstate : psrToPstate(readCompatGregs(get!.slice(2)).pstate)
    if ((now ^ t.pstate) & ~(1n << 21n)) throw new NotReachable(`pstate 0x${t.pstate.toString(16)} is not one that a tracer can set (it becomes 0x${now.toString(16)})`)
  }

  /** The result register alone. */
  async setResult(value: bigint): Promise<void> {
    const b = Buffer.alloc(8)
    b.writeBigUInt64LE(BigInt.asUintN(64, value))
    await this.run(new Script().setRegset(this.slot, NT.PRSTATUS, b, this.bits / 8))
  }

  /** A signal that is pending when the task goes on; its tracer sees it and lets it fall. */
  async sendStop(): Promise<void> {
    await this.run(new Script().syscall({ x8: 129 }, [pidOf(this.slot), SIGSTOP]))
  }

  /** What is to run right before the task's pc is put there, and the task with it. */
  async comeFrom(t: Pick<Task, 'regs' | 'sp' | 'pc' | 'pstate'>): Promise<void> {
    if (this.before === undefined) return
    const from = t.pc - BigInt(this.before.length)
    await this.map(from, BigInt(this.before.length))
    await this.poke(from, this.before)
    await this.setRegisters({ ...t, pc: from })
    this.before = undefined
  }

  async setFp(t: Pick<Task, 'vregs' | 'fpsr' | 'fpcr'>): Promise<void> {
    const b = Buffer.alloc(528)
    t.vregs.forEach((v, i) => {
      b.writeBigUInt64LE(BigInt.asUintN(64, v), i * 16)
      b.writeBigUInt64LE(v >> 64n, i * 16 + 8)
    })
    if (this.bits === 64) {
      b.writeUInt32LE(Number(t.fpsr), 512)
      b.writeUInt32LE(Number(t.fpcr), 516)
      await this.run(new Script().setRegset(this.slot, NT.PRFPREG, b))
    } else {
      b.writeUInt32LE(Number(t.fpsr | t.fpcr), 256)
      await this.run(new Script().setRegset(this.slot, NT_ARM_VFP, b.subarray(0, 260)))
    }
  }

  async setTls(value: bigint): Promise<void> {
    const b = Buffer.alloc(8)
    b.writeBigUInt64LE(value)
    await this.run(new Script().setRegset(this.slot, NT.ARM_TLS, b, this.bits / 8))
  }

  /** The first argument of its last system call, which a compat view shows as orig_r0: it makes one that does nothing. */
  async setOrigX0(value: bigint): Promise<void> {
    await this.run(new Script().remote(this.slot, this.bits === 64 ? 172 : 20, [value]))
  }

  async setBlocked(mask: bigint): Promise<void> {
    const b = Buffer.alloc(8)
    b.writeBigUInt64LE(mask)
    await this.run(new Script().write(scratch + 0xf000n, b).request(this.slot, PTRACE.SETSIGMASK, 8, scratch + 0xf000n))
  }

  /** The AArch32 program becomes the tracer: this one lets the task go, stopped; a stop and a change of tracer leave the registers alone. */
  async handOver(): Promise<void> {
    await this.run(new Script().cont(this.slot, PTRACE.DETACH, SIGSTOP))
    const attach = new Script().syscall({ x7: 26 }, [PTRACE.ATTACH, this.pid]).adopt(this.slot, this.pid, this.bits)
    const [record] = await this.guest.run([attach], 32)
    const [result] = attach.results(record!)
    if (BigInt.asIntN(32, result![0]!) !== 0n) throw new NotReachable(`the AArch32 tracer cannot attach (${BigInt.asIntN(32, result![0]!)})`)
  }

  async takeBack(): Promise<void> {
    const detach = new Script().cont(this.slot, PTRACE.DETACH, SIGSTOP)
    await this.guest.run([detach], 32)
    await this.run(new Script().syscall({ x8: 117 }, [PTRACE.ATTACH, pidOf(this.slot)]).wait(this.slot))
  }

  /** Goes on until the next stop. */
  async go(request: number = this.stepping ? PTRACE.SINGLESTEP : PTRACE.CONT, signo = 0): Promise<Stop> {
    const [, stop] = await this.run(new Script().cont(this.slot, request, signo).wait(this.slot))
    return stopOf(stop!)
  }

  /** One instruction that does nothing, before the task's pc. */
  async step(t: Pick<Task, 'regs' | 'sp' | 'pc' | 'pstate'>, thumb: boolean): Promise<Stop> {
    const nop = this.bits === 64 ? code.nop64() : thumb ? code.nopThumb() : code.nop32()
    const from = t.pc - BigInt(nop.length)
    await this.map(from, BigInt(nop.length))
    await this.poke(from, nop)
    await this.setRegisters({ ...t, pc: from })
    return this.go(PTRACE.SINGLESTEP)
  }

  /**
   * PSTATE.SS of a start without TIF_SINGLESTEP, which PTRACE_SETREGSET cannot give (user_regs_reset_single_step): a step sets it, and
   * PTRACE_CONT that runs into another stop takes back TIF_SINGLESTEP alone (user_disable_single_step).
   */
  async stepped(t: Task): Promise<void> {
    this.origX0 = t.orig_x0
    await this.step(t, (t.pstate & 0x20n) !== 0n)
    await this.sendStop()
    await this.go(PTRACE.CONT)
  }

  async look(): Promise<Seen> {
    const wide = this.bits === 64
    const [gpr, fp, tls, mask] = await this.run(new Script()
      .getRegset(this.slot, NT.PRSTATUS, wide ? 272 : 72).getRegset(this.slot, wide ? NT.PRFPREG : NT_ARM_VFP, wide ? 528 : 264)
      .getRegset(this.slot, NT.ARM_TLS, 8).request(this.slot, PTRACE.GETSIGMASK, 8))
    const r = wide ? readUserPtRegs(gpr!.slice(2)) : readCompatGregs(gpr!.slice(2))
    const words = fp!.slice(2)
    const vregs = Array.from({ length: wide ? 32 : 16 }, (_, i) => words[2 * i]! | words[2 * i + 1]! << 64n)
    const control = words[wide ? 64 : 32]!
    return {
      ...r, pstate: wide ? r.pstate : psrToPstate(r.pstate), vregs, fpsr: control & 0xffffffffn, fpcr: wide ? control >> 32n : control & 0xffffffffn,
      tls: BigInt.asUintN(this.bits, tls![2]!), blocked: mask![1]!,
    }
  }

  /** The words a region has in view, as they are now; undefined where the page is not mapped. */
  async words(r: Task['frame']): Promise<(bigint | undefined)[]> {
    if (r.hi <= r.lo) return []
    const length = Math.min(Number(r.hi - r.lo), Math.max(FRAME_WORDS, BUF_WORDS) * 4)
    const [got] = await this.run(new Script().peek(this.slot, r.base + r.lo, length))
    const bytes = Buffer.alloc(Math.ceil(length / 8) * 8)
    got!.slice(1).forEach((w, i) => bytes.writeBigUInt64LE(w, i * 8))
    return r.words.map((_, i) => {
      const at = i * 4 - Number(r.lo)
      return at >= 0 && at + 4 <= length ? BigInt(bytes.readUInt32LE(at)) : undefined
    })
  }

  /** Reads TPIDRRO_EL0 (TPIDRURO) into x28 (r11) before the task stops: a stop is a context switch, which sets it anew. */
  private tlsRead(yes: boolean, thumb: boolean): Buffer {
    if (!yes || (this.bits === 32 && thumb)) return Buffer.alloc(0)
    return this.bits === 64 ? code.mrsTpidrro(28) : code.mrcTls(11, 3)
  }

  /** The SVC with its immediate and a breakpoint after it, at the task's pc. */
  async putSvc(pc: bigint, imm: bigint, thumb: boolean, tls = false): Promise<void> {
    const n = Number(imm)
    if (this.bits === 32 && thumb && n > 0xff) throw new NotReachable('a Thumb SVC has an immediate of 8 bits')
    const call = this.bits === 64 ? code.svc64(n) : thumb ? code.svcThumb(n) : code.svc32(n)
    const bytes = Buffer.concat([call, this.tlsRead(tls, thumb), this.breakpoint(thumb)])
    await this.map(pc, BigInt(bytes.length))
    await this.poke(pc, bytes)
  }

  private breakpoint(thumb: boolean): Buffer { return this.bits === 64 ? code.brk64() : thumb ? code.brkThumb() : code.brk32() }

  async putBreakpoint(pc: bigint, thumb: boolean, tls = false): Promise<void> {
    const bytes = Buffer.concat([this.tlsRead(tls, thumb), this.breakpoint(thumb)])
    await this.map(pc, BigInt(bytes.length))
    await this.poke(pc, bytes)
  }
}

