/** One register value: its fields, the other views of the same bits, what the kernels make of it. */
import type pc from 'picocolors'
import { describeRegister, fieldValues, modeName } from '../model/registers/describe.js'
import { psr } from '../model/registers/psr.table.js'
import type { RegisterTable } from '../model/registers/table-types.js'
import type { Kernel } from '../model/tasks/kernel.js'
import { columns } from './columns.js'
import { hex } from './hex.js'
import { label, picture } from './picture.js'
import { asPstate, conversion, owners, sanitised, type Conversion, type Sanitised } from './sanitised.js'

type Colours = ReturnType<typeof pc.createColors>

export interface Decoded {
  format: 'arm64-compat/decode'
  version: 1
  value: string
  as: string
  fields: { name: string, hi: number, lo: number, value: string, meaning: string, feature?: string }[]
  /** The name of M[4:0]; null if it is no mode. */
  mode: string | null
  description: string
  /** The same bits read in the other views (the psr view reads the lower 32). */
  views: { as: string, value: string, description: string }[]
  conversion: Conversion
  /** valid_user_regs() on the value (a CPSR: after compat_psr_to_pstate), with TIF_SINGLESTEP clear. */
  sanitised: Sanitised[]
}

export function decoded(table: RegisterTable, value: bigint, tables: readonly RegisterTable[], kernels: readonly Kernel[]): Decoded {
  return {
    format: 'arm64-compat/decode', version: 1, value: hex(value, table.bits), as: table.id,
    fields: fieldValues(table, value).map((f) => ({ name: f.name, hi: f.hi, lo: f.lo, value: `0x${f.value.toString(16)}`, meaning: f.meaning, ...(f.feature === undefined ? {} : { feature: f.feature }) })),
    mode: modeName(value) ?? null,
    description: describeRegister(table, value),
    views: tables.filter((t) => t !== table).map((t) => {
      const seen = BigInt.asUintN(t.bits, value)
      return { as: t.id, value: hex(seen, t.bits), description: describeRegister(t, seen) }
    }),
    conversion: conversion(table.id, value),
    sanitised: sanitised(kernels, table.id === psr.id ? asPstate(value) : value),
  }
}

export function decodeText(table: RegisterTable, d: Decoded, c: Colours): string {
  return [
    `${c.bold(d.value)}  ${table.title}: ${d.description}`, '',
    picture(table, BigInt(d.value)), '',
    ...setFields(table, BigInt(d.value), c), '',
    'The same bits read as',
    ...columns(d.views.map((v) => [v.as, v.description])),
    `Through ${d.conversion.by} it is`,
    `  ${d.conversion.value}  ${d.conversion.description}`, '',
    `What valid_user_regs makes of ${d.as === psr.id ? 'that' : 'it'} (TIF_SINGLESTEP clear)`,
    ...columns(verdicts(d.sanitised, c)),
    '',
  ].join('\n')
}

function setFields(table: RegisterTable, value: bigint, c: Colours): string[] {
  const set = fieldValues(table, value).filter((f) => f.value !== 0n)
  if (set.length === 0) return ['All fields are zero.']
  return columns(set.map((f) => [
    f.reserved ? f.hi === f.lo ? `${f.hi}` : `${f.hi}:${f.lo}` : label(f.name),
    `0x${f.value.toString(16)}`,
    `${f.meaning}${f.feature === undefined ? '' : c.dim(` (${f.feature})`)}`,
  ]), '')
}

const ownerNames = { native: '64-bit task', fake: '64-bit task in a 32-bit call', compat: '32-bit task' } as const

/** Kernels that agree stand on one line. */
function verdicts(rows: readonly Sanitised[], c: Colours): string[][] {
  return owners.flatMap((owner) => {
    const mine = rows.filter((r) => r.task === owner)
    const kernels = new Set(mine.map((r) => r.kernel)).size
    const groups = new Map<string, Sanitised[]>()
    for (const r of mine) {
      const key = `${r.mixed_endian_el0} ${r.accepted} ${r.pstate}`
      groups.set(key, [...groups.get(key) ?? [], r])
    }
    return [...groups.values()].map((group) => {
      const r = group[0]!
      const mixed = r.mixed_endian_el0 === 'any' ? '' : r.mixed_endian_el0 ? ', mixed-endian EL0' : ', no mixed-endian EL0'
      const who = group.length === kernels ? owner === 'fake' ? 'every kernel that has them' : 'every kernel' : group.map((g) => g.kernel).join(', ')
      return [ownerNames[owner], `${who}${mixed}`, r.accepted ? c.green('accepted as       ') : c.red('refused, forced to'), r.pstate, r.description]
    })
  })
}
