/** C types of arm64 Linux (LP64, little-endian; plain char is unsigned in the kernel's ABI, but bool and char never mix here). */
export interface IntType { readonly k: 'int', readonly width: 8 | 16 | 32 | 64 | 128, readonly signed: boolean, readonly rank: number }
export interface BoolType { readonly k: 'bool' }
export interface VoidType { readonly k: 'void' }
export interface PointerType { readonly k: 'ptr', readonly to: CType, readonly user: boolean }
export interface ArrayType { readonly k: 'array', readonly of: CType, readonly length: number | undefined }
/** `tag`: `struct pt_regs`, `union __fpsimd_vreg`, or `struct@file:line` for one without a name. */
export interface RecordType { readonly k: 'record', readonly union: boolean, readonly tag: string }
export interface FunctionType { readonly k: 'func' }
export type CType = IntType | BoolType | VoidType | PointerType | ArrayType | RecordType | FunctionType

const intType = (width: IntType['width'], signed: boolean, rank: number): IntType => ({ k: 'int', width, signed, rank })
export const types = {
  char: intType(8, false, 1), schar: intType(8, true, 1), uchar: intType(8, false, 1),
  short: intType(16, true, 2), ushort: intType(16, false, 2),
  int: intType(32, true, 3), uint: intType(32, false, 3),
  long: intType(64, true, 4), ulong: intType(64, false, 4),
  llong: intType(64, true, 5), ullong: intType(64, false, 5),
  int128: intType(128, true, 6), uint128: intType(128, false, 6),
  bool: { k: 'bool' } as BoolType, void: { k: 'void' } as VoidType, func: { k: 'func' } as FunctionType,
}
export const pointer = (to: CType, user = false): PointerType => ({ k: 'ptr', to, user })

/** Integer promotion (C11 6.3.1.1): what is narrower than int becomes int. */
export function promote(t: IntType | BoolType): IntType {
  return t.k === 'bool' || t.rank < types.int.rank ? types.int : t
}
/** Usual arithmetic conversions (6.3.1.8) of two integer types. */
export function common(a: IntType | BoolType, b: IntType | BoolType): IntType {
  const x = promote(a)
  const y = promote(b)
  if (x.signed === y.signed) return x.rank >= y.rank ? x : y
  const [u, s] = x.signed ? [y, x] : [x, y]
  if (u.rank >= s.rank) return u
  if (s.width > u.width) return s
  return { ...s, signed: false }
}
export const isScalar = (t: CType): boolean => t.k === 'int' || t.k === 'bool' || t.k === 'ptr'
/** Bits of a scalar. */
export const bitsOf = (t: CType): number => t.k === 'int' ? t.width : t.k === 'bool' ? 8 : 64

export function typeName(t: CType): string {
  switch (t.k) {
    case 'int': return `${t.signed ? 's' : 'u'}${t.width}`
    case 'bool': return 'bool'
    case 'void': return 'void'
    case 'ptr': return `${typeName(t.to)} *`
    case 'array': return `${typeName(t.of)}[${t.length ?? ''}]`
    case 'record': return t.tag
    case 'func': return 'function'
  }
}
export function sameType(a: CType, b: CType): boolean {
  if (a.k !== b.k) return false
  if (a.k === 'int' && b.k === 'int') return a.width === b.width && a.signed === b.signed
  if (a.k === 'ptr' && b.k === 'ptr') return sameType(a.to, b.to)
  if (a.k === 'array' && b.k === 'array') return a.length === b.length && sameType(a.of, b.of)
  if (a.k === 'record' && b.k === 'record') return a.tag === b.tag
  return true
}
