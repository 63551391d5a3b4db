/** What user space can do between two exceptions: unprivileged instructions. */
import type { Event } from '../trace/events.js'
import type { Config, Cpu, Task } from '../trace/state.js'
import { low32 } from './bits.js'
import { need } from './not-enabled.js'
import { BTYPE, DIT, E, GE, IT, MODE32, NZCV, Q, SSBS32, SSBS64, T, TCO } from './psr.js'

/** PSTATE bits that EL0 can write in its state. */
function writable(pstate: number, c: Config): number {
  const dit = c.dit ? DIT : 0
  if ((pstate & MODE32) === 0) return NZCV | dit | (c.ssbs ? SSBS64 : 0) | (c.mte ? TCO : 0) | (c.bti ? BTYPE : 0)
  return NZCV | Q | GE | IT | T | dit | (c.ssbs ? SSBS32 : 0) | (c.mixed_endian_el0 ? E : 0)
}

function setPstate(t: Task, value: bigint, c: Config): void {
  const changed = t.pstate ^ value
  need(changed >> 32n === 0n && (low32(changed) & ~writable(low32(t.pstate), c)) === 0, `EL0 cannot write these PSTATE bits: 0x${changed.toString(16)}`)
  t.pstate = value
}

const fits = (value: bigint, bits: number, path: string): void => need(BigInt.asUintN(bits, value) === value, `${path} holds ${bits} bits there`)

export function user(config: Config, cpu: Cpu, t: Task, e: Extract<Event, { kind: 'user' }>): void {
  const a32 = (low32(t.pstate) & MODE32) !== 0
  const width = a32 ? 32 : 64
  for (const [path, value] of Object.entries(e.set)) {
    const [, name, index] = /^(\w+(?:\.\w+)?)(?:\[(\d+)\])?$/.exec(path) ?? []
    const i = Number(index)
    switch (name) {
      case 'regs':
        need(!a32 || i <= 14, `AArch32 has no register ${i}`)
        fits(value, width, path)
        t.regs[i] = value
        break
      case 'sp':
        need(!a32, 'sp of AArch32 is regs[13]')
        fits(value, 64, path)
        t.sp = value
        break
      case 'pc':
        fits(value, width, path)
        t.pc = value
        break
      case 'pstate': break // last, by the state the task was in
      case 'vregs':
        need(!a32 || i <= 15, `AArch32 has no V${i}`)
        fits(value, 128, path)
        t.vregs[i] = value
        break
      case 'fpsr':
      case 'fpcr':
        fits(value, 32, path)
        t[name] = value
        break
      case 'TPIDR_EL0':
        fits(value, width, path)
        cpu.TPIDR_EL0 = value
        break
      default: setMemory(t, name ?? '', i, value, path)
    }
  }
  const pstate = e.set['pstate']
  if (pstate !== undefined) setPstate(t, pstate, config)
}

function setMemory(t: Task, name: string, i: number, value: bigint, path: string): void {
  const [which, field] = name.split('.')
  need(which === 'frame' || which === 'buf', `user space cannot write ${path}`)
  const region = t[which]
  if (field === 'words') {
    need(i < region.words.length, `${which} has ${region.words.length} words`)
    fits(value, 32, path)
    region.words[i] = value
  } else if (field === 'base' || field === 'lo' || field === 'hi') {
    fits(value, field === 'base' ? 64 : 32, path)
    region[field] = value
  } else need(false, `user space cannot write ${path}`)
}
