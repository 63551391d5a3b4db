/** What user space sees of a task, against a state of the trace; field by field, in words a person can read. */
import type { Cpu, Task } from '../../trace/state.js'
import type { Seen } from './task.js'

export interface Masks {
  /** bits of pstate left out */
  readonly pstate: bigint
  /** bits of the result register left out: the result of a call that is not modelled */
  readonly x0?: bigint
  /** registers left out, by number */
  readonly regs: ReadonlySet<number>
  /** V16..V31 hold residue of the kernel stack: a choice */
  readonly residue: boolean
  /** sp is where the kernel put the new stack */
  readonly sp: boolean
  /** the trace ends before the kernel has decided where the task goes on */
  readonly pc?: boolean
}
export const noMasks: Masks = { pstate: 0n, regs: new Set(), residue: false, sp: false }

const hex = (v: bigint): string => `0x${v.toString(16)}`

/** `current`: the CPU that runs the task, if it does: its TPIDR_EL0 is the live one. */
export function compareTask(name: string, expected: Task, seen: Seen, bits: 64 | 32, current: Cpu | undefined, masks: Masks): string[] {
  const out: string[] = []
  const check = (path: string, want: bigint, got: bigint, mask = 0n): void => {
    if ((want & ~mask) !== (got & ~mask)) out.push(`${name}.${path}: the trace has ${hex(want)}, the guest ${hex(got)}`)
  }
  const wide = bits === 64
  for (let i = 0; i < (wide ? 31 : 15); i++) if (!masks.regs.has(i) && !(masks.sp && !wide && i === 13)) check(`regs[${i}]`, BigInt.asUintN(bits, expected.regs[i]!), seen.regs[i]!, i === 0 ? masks.x0 ?? 0n : 0n)
  if (wide && !masks.sp) check('sp', expected.sp, seen.sp)
  if (masks.pc !== true) check('pc', BigInt.asUintN(bits, expected.pc), seen.pc)
  check('pstate', expected.pstate, seen.pstate, masks.pstate)
  expected.vregs.slice(0, wide ? masks.residue ? 16 : 32 : 16).forEach((v, i) => check(`vregs[${i}]`, v, seen.vregs[i]!))
  if (wide) {
    check('fpsr', expected.fpsr, seen.fpsr)
    check('fpcr', expected.fpcr, seen.fpcr)
  }
  check('blocked', expected.blocked, seen.blocked)
  check(wide ? 'TPIDR_EL0' : 'tp_value', BigInt.asUintN(bits, wide && current !== undefined ? current.TPIDR_EL0 : expected.tp_value), seen.tls)
  return out
}

/** Memory in view. `skip`: indices of words that hold what the trace does not know, `masks`: bits of them. */
export function compareWords(name: string, expected: readonly bigint[], seen: readonly (bigint | undefined)[], skip: ReadonlySet<number> = new Set(), masks: ReadonlyMap<number, bigint> = new Map()): string[] {
  return expected.flatMap((want, i) => {
    const got = seen[i]
    return got === undefined || ((got ^ want) & ~(masks.get(i) ?? 0n)) === 0n || skip.has(i) ? [] : [`${name}.words[${i}]: the trace has ${hex(want)}, the guest ${hex(got)}`]
  })
}
