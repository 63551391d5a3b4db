/** A saved PSTATE in words, for the format it has. */
import { describeRegister, fieldValues, groupValue, modeName } from '../model/registers/describe.js'
import { pstateAarch64 } from '../model/registers/pstate-aarch64.table.js'
import { spsrAarch32 } from '../model/registers/spsr-aarch32.table.js'
import type { RegisterTable } from '../model/registers/table-types.js'
import { label } from './picture.js'

/** The format of a value of pt_regs.pstate, by its bit 4 (PSR_MODE32_BIT). */
export const formatOf = (pstate: bigint): RegisterTable => (pstate & 0x10n) === 0n ? pstateAarch64 : spsrAarch32

/** `ZC SSBS EL0t`, of 64 bits. */
export const describePstate = (pstate: bigint): string => describeRegister(formatOf(pstate), pstate)

/**
 * What differs between two values of pt_regs.pstate, field by field: `DIT 0→1`, `GE 0x0→0x3`, `M EL0t→USR`. Where the
 * format changes with M[4], fields of both formats by the name they have in each: bits keep their place, not their name.
 */
export function pstateChanges(from: bigint, to: bigint): string[] {
  if (formatOf(from) !== formatOf(to)) return [`${mode(from)}→${mode(to)}`, `${describePstate(from)} → ${describePstate(to)}`]
  return registerChanges(formatOf(from), from, to)
}

/** What differs between two values of one register, field by field. */
export function registerChanges(table: RegisterTable, from: bigint, to: bigint): string[] {
  const inGroup = new Set([...(table.groups['M'] ?? []), ...(table.groups['IT'] ?? [])])
  const after = fieldValues(table, to)
  const out = fieldValues(table, from).flatMap((f, i) => {
    const now = after[i]!.value
    return f.value === now || inGroup.has(f.name) ? [] : [`${label(f.name)} ${shown(f.value, f.hi - f.lo)}→${shown(now, f.hi - f.lo)}`]
  })
  const [it, itNow] = [groupValue(table, 'IT', from), groupValue(table, 'IT', to)]
  if (it !== itNow) out.push(`IT ${shown(it, 7)}→${shown(itNow, 7)}`)
  if (table.groups['M'] !== undefined && (from & 0x1fn) !== (to & 0x1fn)) out.push(`M ${mode(from)}→${mode(to)}`)
  return out
}

const shown = (v: bigint, more: number): string => more === 0 ? v.toString() : `0x${v.toString(16)}`
const mode = (v: bigint): string => modeName(v) ?? `0b${(v & 0x1fn).toString(2).padStart(5, '0')}`
