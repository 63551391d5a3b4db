/** State as fields with a name: what a finding shows in. */
import { bv, bvand, eq, iff, ite, lower32, not, or, zext } from '../model/terms/build.js'
import type { Bool, BV, Term } from '../model/terms/term.js'
import type { SymCpu, SymState, SymTask } from '../model/index.js'
import { leaves } from '../trace/spec.js'
import { taskNames, taskSpec, type TaskName } from '../trace/state.js'
import type { Aspect } from './principle.js'

/** Fields in a fixed order; each a list of terms. */
export type Fields = ReadonlyMap<string, readonly Term[]>

export const taskOf = (s: SymState, name: TaskName): SymTask => s.tasks[taskNames.indexOf(name)]!
export const differ = (a: Term, b: Term): Bool => a.width === 0 ? not(iff(a, b)) : not(eq(a as BV, b as BV))

const SS = 1n << 21n
const MODE = 0x1fn
const ALL = (1n << 64n) - 1n
const part = (p: BV<64>, bits: bigint): BV<64> => bvand(p, bv(64, bits))

/** What the program of a task can see of itself while it is at EL0: of an AArch32 task what AArch32 has. */
export function seen(t: SymTask, cpu: SymCpu): Fields {
  const is32 = t.TIF_32BIT
  const low = (x: BV<64>): BV<64> => ite(is32, zext(64, lower32(x)), x)
  const only64 = <W extends number>(x: BV<W>): BV<W> => ite(is32, bv(x.width as W, 0), x)
  /** the bits of FPSCR (VFP_FPSCR_STAT_MASK, VFP_FPSCR_CTRL_MASK, arch/arm64/include/asm/fpsimd.h) */
  const fpscr = (x: BV<32>, bits: number): BV<32> => ite(is32, bvand(x, bv(32, bits)), x)
  const reg = (i: number): BV<64> => i < 15 ? low(t.regs[i]!) : only64(t.regs[i]!)
  return new Map<string, readonly Term[]>([
    ['at EL0', [t.at]],
    ['x0', [reg(0)]],
    ['x1..x30', Array.from({ length: 30 }, (_, i) => reg(i + 1))],
    ['sp', [only64(t.sp)]],
    ['pc', [low(t.pc)]],
    ['PSTATE.M', [part(t.pstate, MODE)]],
    ['PSTATE.SS', [part(t.pstate, SS)]],
    ['PSTATE', [part(t.pstate, ALL & ~SS & ~MODE)]],
    ['V0..V15', t.vregs.slice(0, 16)],
    ['V16..V31', t.vregs.slice(16).map(only64)],
    ['FPSR, FPCR', [fpscr(t.fpsr, 0xf800009f), fpscr(t.fpcr, 0x07f79f00)]],
    ['TPIDR_EL0', [low(cpu.TPIDR_EL0)]],
    ['TPIDRRO_EL0', [low(cpu.TPIDRRO_EL0)]],
    ['access to CNTVCT', [cpu.CNTKCTL_EL0VCTEN]],
  ])
}

/** The field that a leaf of a task belongs to. */
export function fieldOf(path: string): string {
  const reg = /^regs\[(\d+)\]$/.exec(path)
  if (reg) return reg[1] === '0' ? 'x0' : 'x1..x30'
  const vreg = /^vregs\[(\d+)\]$/.exec(path)
  if (vreg) return Number(vreg[1]) < 16 ? 'V0..V15' : 'V16..V31'
  if (/^fp[sc]r$/.test(path)) return 'FPSR, FPCR'
  return path.replace(/[.[].*$/, '')
}

/** All that the kernel keeps of a task. */
export function kept(t: SymTask, without: readonly string[] = []): Fields {
  const out = new Map<string, Term[]>()
  for (const { path, value } of leaves(taskSpec, t)) {
    const field = fieldOf(path)
    if (without.includes(field)) continue
    // a step begins and ends without anybody's doing: told by itself
    const parts: readonly (readonly [string, Term])[] = field === 'pstate' ? [['pstate', part(t.pstate, ALL & ~SS)], ['pstate.SS', part(t.pstate, SS)]] : [[field, value as Term]]
    for (const [name, term] of parts) out.set(name, [...out.get(name) ?? [], term])
  }
  return out
}

/** One aspect a field: it differs. `words` turns the field into what is said of it. */
export function changed(a: Fields, b: Fields, words: (field: string) => string = (f) => f): Aspect[] {
  return [...a].flatMap(([field, terms]) => {
    const others = b.get(field)
    if (others === undefined) return []
    return [{ field: words(field), broken: or(...terms.map((x, i) => differ(x, others[i]!))) }]
  })
}
/** Some of the fields. */
export const only = (f: Fields, ...names: string[]): Fields => new Map([...f].filter(([n]) => names.includes(n)))
