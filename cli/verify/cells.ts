/** Cells of a lifted function as the model names them. */
import { bv, bvVar, extract, is, ite, not } from '../../model/terms/build.js'
import { substitute } from '../../model/terms/substitute.js'
import type { BV, Term } from '../../model/terms/term.js'
import { restartFn } from '../../trace/state.js'
import type { Plan } from './comparison.js'
import { callFlags, flagBits, plain, type World } from './world.js'

/** By path of the C, as a lifted function tells them. */
export type Changes = ReadonlyMap<string, { readonly before: Term, readonly after: Term }>

/** What a lifted function changes, by the model's names; undefined where the model has no such cell. `notHeld`: cells that the model is known not to have. */
export function cells(changed: Changes, w: World, notHeld: NonNullable<Plan['beyond']>): Map<string, Term> | undefined {
  const out = new Map<string, Term>()
  for (const [path, { after }] of changed) {
    const beyond = notHeld.some((b) => b.path.test(path))
    const m = /^(current|target)\.(.*)$/.exec(path)
    const cpu = /^cpu\.(tpidr_el0|tpidrro_el0)$/.exec(path)
    if (cpu !== null) { out.set(`cpu.${cpu[1]!.toUpperCase()}`, after); continue }
    if (m === null) { if (beyond) continue; return undefined }
    const [who, cell] = [m[1]!, m[2]!]
    const reg = /^pt_regs\.(regs\[\d+\])$/.exec(cell) ?? /^thread\.uw\.fpsimd_state\.(vregs\[\d+\])$/.exec(cell)
    if (reg !== null) out.set(`${who}.${reg[1]}`, after)
    else if (cell === 'thread_info.flags') for (const b of flagBits(w, after)) out.set(`${who}.${b.name}`, is(b.bit as BV<1>, 1))
    else if (cell === 'forced.signo') out.set(`${who}.signo`, extract<8>(7, 0, after))
    else if (cell === 'restart_block.fn') out.set(`${who}.restart_fn`, ite(is(noRestartAs1(after), 1), bv(8, restartFn.do_no_restart_syscall), bvVar(8, `${who}.restart_fn`)))
    else if (callFlags[cell] !== undefined) out.set(`${who}.compat_call`, not(is(after as BV, 0)))
    else if (plain[cell] !== undefined) out.set(`${who}.${plain[cell]}`, after)
    else if (!beyond) return undefined
  }
  return out
}
/** The restart function as 1 (the one that sigreturn installs) or 0 (any other). */
const noRestartAs1 = (after: Term): BV<64> => substitute([after], (t) => t.op !== 'var' ? undefined : t.name === '&do_no_restart_syscall' ? bv(64, 1) : t.name.endsWith('restart_block.fn') ? bv(64, 0) : undefined)[0] as BV<64>
