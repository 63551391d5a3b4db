/** Any number of unprivileged instructions. */
import { and, bit, bv, bvand, extract, isZero, not, or } from '../terms/build.js'
import type { Bool, BV, Term } from '../terms/term.js'
import { userWritablePstate } from '../tasks/entry.js'
import { mode32 } from '../tasks/sanitise.js'
import { wellMapped } from '../tasks/uaccess.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'

/** Unprivileged writes. What the task's width does not have cannot be written. */
export function user({ config, cpu, t }: Scene, e: EventOf<'user'>): Bool {
  const ready = at(t, 'el0')
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
  return and(ready, ...conditions, aligned, wellMapped(t.frame), wellMapped(t.buf))
}
