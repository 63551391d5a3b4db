/** What the kernels make of a PSTATE that user space gives them: valid_user_regs() and the conversions before and after it. */
import { configSpec, taskSpec } from '../trace/state.js'
import { describeRegister } from '../model/registers/describe.js'
import { psr } from '../model/registers/psr.table.js'
import type { Kernel } from '../model/tasks/kernel.js'
import { compatPsrToPstate, pstateToCompatPsr, validUserRegs } from '../model/tasks/sanitise.js'
import { fresh } from '../model/tasks/symbolic.js'
import { bv, bvVar, False } from '../model/terms/build.js'
import { evaluateAll, type Value } from '../model/terms/evaluate.js'
import { describePstate } from './fields.js'
import { hex } from './hex.js'

/** Whose register it is: a 64-bit task, a 64-bit task while it is in a 32-bit call, a 32-bit task. */
export const owners = ['native', 'fake', 'compat'] as const
export type Owner = typeof owners[number]

export interface Sanitised {
  kernel: string
  task: Owner
  /** what the verdict holds for; `any` where it is the same with and without */
  mixed_endian_el0: boolean | 'any'
  accepted: boolean
  /** the value afterwards: what sigreturn leaves in the registers; a refused ptrace write leaves the old one */
  pstate: string
  description: string
}

const nothing = (): undefined => undefined
const task = fresh(taskSpec, '')
const config = fresh(configSpec, 'config.')
const pstateVar = bvVar(64, 'given')

/** valid_user_regs() on a value of pt_regs.pstate, TIF_SINGLESTEP clear. */
function sanitise(k: Kernel, owner: Owner, mixed: boolean, pstate: bigint): { accepted: boolean, pstate: bigint } {
  const env: Record<string, Value> = {
    'given': pstate, 'TIF_32BIT': owner === 'compat', 'TIF_SINGLESTEP': false, 'config.mixed_endian_el0': mixed,
    'compat_call': owner === 'fake' || (owner === 'compat' && k.flag.setFor32),
  }
  const s = validUserRegs(k, config, pstateVar, task)
  const [ok, value] = evaluateAll([s.ok, s.pstate], (name) => env[name])
  return { accepted: ok as boolean, pstate: value as bigint }
}

/** Can a 64-bit task issue 32-bit calls there at all? */
const hasFakeCalls = (k: Kernel): boolean => k.doEl0Svc(task, bvVar(16, 'imm')).fake !== False

/** A row for each kernel and owner, two where they depend on mixed endianness. Mainline has no `fake`. */
export function sanitised(kernels: readonly Kernel[], pstate: bigint): Sanitised[] {
  const out: Sanitised[] = []
  for (const owner of owners) {
    for (const k of kernels) {
      if (owner === 'fake' && !hasFakeCalls(k)) continue
      const [without, withIt] = [sanitise(k, owner, false, pstate), sanitise(k, owner, true, pstate)]
      const same = without.accepted === withIt.accepted && without.pstate === withIt.pstate
      const row = (mixed: boolean | 'any', r: typeof without): Sanitised => ({ kernel: k.name, task: owner, mixed_endian_el0: mixed, accepted: r.accepted, pstate: hex(r.pstate, 64), description: describePstate(r.pstate) })
      if (same) out.push(row('any', without))
      else out.push(row(false, without), row(true, withIt))
    }
  }
  return out
}

export interface Conversion { by: 'compat_psr_to_pstate' | 'pstate_to_compat_psr', value: string, description: string }

/** A CPSR as compat code stores it in pstate. */
export function asPstate(value: bigint): bigint {
  return evaluateAll([compatPsrToPstate(bv(64, value))], nothing)[0] as bigint
}
/** A pstate as compat code shows it to user space, 32 bits. */
export function asPsr(value: bigint): bigint {
  return BigInt.asUintN(32, evaluateAll([pstateToCompatPsr(bv(64, value))], nothing)[0] as bigint)
}

/** The value as it looks on the other side of the compat interfaces (sigframe, GPR regset). */
export function conversion(as: string, value: bigint): Conversion {
  if (as === psr.id) return { by: 'compat_psr_to_pstate', value: hex(asPstate(value), 64), description: describePstate(asPstate(value)) }
  return { by: 'pstate_to_compat_psr', value: hex(asPsr(value), 32), description: describeRegister(psr, asPsr(value)) }
}
