/** Fields of a register as terms. */
import { bv, bvand, bvor, concat, extract, shl, zext } from '../terms/build.js'
import { mask, WidthMismatchError, type BV } from '../terms/term.js'
import type { Field, FieldName, RegisterTable, WidthOf } from './table-types.js'

export class UnknownFieldError extends Error {
  readonly code = 'E_UNKNOWN_FIELD'
  constructor(table: RegisterTable, name: string) {
    super(`${table.title} has no field '${name}'`)
    this.name = 'UnknownFieldError'
  }
}

export function fieldNamed(table: RegisterTable, name: string): Field {
  const found = table.fields.find((f) => f.name === name)
  if (found === undefined) throw new UnknownFieldError(table, name)
  return found
}

/** The bits of a field, in place: bit n of the value is bit n of the register. */
export const fieldMask = (f: Field): bigint => mask(f.hi - f.lo + 1) << BigInt(f.lo)
/** The bits of several fields, in place. */
export const bitsOf = <T extends RegisterTable>(table: T, ...names: FieldName<T>[]): bigint =>
  names.reduce((m, n) => m | fieldMask(fieldNamed(table, n)), 0n)

/** The value of the field, hi - lo + 1 bits, of a register of the table's width. */
export function field<T extends RegisterTable, N extends FieldName<T>>(table: T, name: N): (reg: BV<T['bits']>) => BV<WidthOf<T, N>> {
  const f = fieldNamed(table, name)
  return (reg) => extract<WidthOf<T, N>>(f.hi, f.lo, reg)
}

/** The register with the field replaced. Throws `WidthMismatchError` if the value has another width than the field. */
export function withField<T extends RegisterTable, N extends FieldName<T>>(table: T, name: N): (reg: BV<T['bits']>, value: BV<WidthOf<T, N>>) => BV<T['bits']> {
  const f = fieldNamed(table, name)
  const bits: T['bits'] = table.bits
  return (reg, value) => {
    if (value.width !== f.hi - f.lo + 1) throw new WidthMismatchError(f.name, f.hi - f.lo + 1, value.width)
    const placed = shl(zext(bits, value), f.lo)
    return bvor(bvand(reg, bv(bits, mask(bits) & ~fieldMask(f))), placed)
  }
}

/** The fields of a group as one value, the first named highest: `group(spsrAarch32, 'IT')` is IT[7:0]. */
export function group<T extends RegisterTable>(table: T, name: keyof T['groups'] & string): (reg: BV<T['bits']>) => BV {
  const parts = (table.groups[name] ?? []).map((n) => fieldNamed(table, n))
  const [first, ...rest] = parts
  if (first === undefined) throw new UnknownFieldError(table, name) // no such group
  return (reg) => rest.reduce<BV>((high, f) => concat(high, extract(f.hi, f.lo, reg)), extract(first.hi, first.lo, reg))
}
