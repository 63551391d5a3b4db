/** Values and places of the symbolic machine. */
import { and, bv, bvadd, bvVar, extract, isZero, ite, not, or, sext, shl, True, False, zext } from '../model/terms/build.js'
import type { Bool, BV, Term } from '../model/terms/term.js'
import { bitsOf, pointer, types, type BoolType, type CType, type IntType, type PointerType, type RecordType } from './types.js'

/** An integer, or a pointer that is only an address (to user memory, or an integer turned pointer). */
export interface IntV { readonly k: 'int', readonly type: IntType | BoolType | PointerType, readonly term: Term }
/** What a pointer may point to, each under its condition. The conditions of a pointer exclude each other. */
export interface PtrV { readonly k: 'ptr', readonly type: PointerType, readonly alts: readonly PtrAlt[] }
export interface PtrAlt { readonly when: Bool, readonly to: Target }
export type Target =
  | { readonly k: 'null' }
  | { readonly k: 'obj', readonly lv: LValue, /** its address, if it may be null */ readonly addr: BV<64> | undefined }
  | { readonly k: 'fn', readonly name: string }
/** A structure by value: its scalar members by path from the structure. */
export interface RecV { readonly k: 'rec', readonly type: RecordType, readonly cells: ReadonlyMap<string, Value> }
export interface VoidV { readonly k: 'void' }
export type Value = IntV | PtrV | RecV | VoidV

export type LValue =
  | { readonly k: 'cell', readonly path: string, readonly type: CType }
  /** Bits of a union that is kept as one bit vector. */
  | { readonly k: 'slice', readonly path: string, readonly width: number, readonly lo: number, readonly type: CType }
  /** Element of an array by a term. */
  | { readonly k: 'dyn', readonly before: string, readonly after: string, readonly index: BV<64>, readonly length: number, readonly type: CType }
  /** Entry of a table of functions: its content is known by table and index alone. */
  | { readonly k: 'slot', readonly table: string, readonly index: BV<64>, readonly type: PointerType }
  /** User memory. */
  | { readonly k: 'raw', readonly addr: BV<64>, readonly type: CType }
  | { readonly k: 'alts', readonly alts: readonly { readonly when: Bool, readonly lv: LValue }[], readonly type: CType }

export const voidV: VoidV = { k: 'void' }
export const int = (type: IntType | BoolType | PointerType, term: Term): IntV => ({ k: 'int', type, term })
export const constant = (value: bigint, type: IntType = types.int): IntV => int(type, bv(type.width, BigInt.asUintN(type.width, value)))
export const fromBool = (c: Bool): IntV => int(types.int, ite(c, bv(32, 1), bv(32, 0)))
export const isConst = (v: Term): boolean => v.op === 'bvconst'

/** Address of a kernel object or function that is never null. */
const addressOf = (lv: LValue): BV<64> => bvVar(64, `&${lv.k === 'cell' || lv.k === 'slice' ? lv.path : lv.k === 'dyn' ? `${lv.before}[]${lv.after}` : '?'}`)
/** Where entry `index` of a table of functions stands; what a slot holds is identified by it. */
export const slotAddress = (table: string, index: BV<64>): BV<64> => bvadd(bvVar(64, `&${table}`), shl(index, 3))

/** A pointer as 64 bits. */
export function address(v: PtrV | IntV): BV<64> {
  if (v.k === 'int') return bitsOf(v.type) === 64 ? v.term as BV<64> : zext(64, v.term)
  let out: BV<64> = bv(64, 0)
  for (const a of v.alts) {
    const t: BV<64> = a.to.k === 'null' ? bv(64, 0) : a.to.k === 'fn' ? bvVar(64, `&${a.to.name}`) : a.to.addr ?? addressOf(a.to.lv)
    out = ite(a.when, t, out)
  }
  return out
}
export const nullPtr = (type: PointerType): PtrV => ({ k: 'ptr', type, alts: [{ when: True, to: { k: 'null' } }] })
export const objectPtr = (lv: LValue, type: PointerType = pointer(lv.type)): PtrV => ({ k: 'ptr', type, alts: [{ when: True, to: { k: 'obj', lv, addr: undefined } }] })
/** The alternatives under a further condition; what cannot be is dropped. */
export function under(c: Bool, alts: readonly PtrAlt[]): PtrAlt[] {
  return alts.map((a) => ({ when: and(c, a.when), to: a.to })).filter((a) => a.when !== False)
}

/** C truth of a scalar: it differs from zero. */
export function truth(v: IntV | PtrV): Bool {
  if (v.k === 'int') return not(isZero(v.term))
  return or(...v.alts.map((a) => a.to.k === 'null' ? False : and(a.when, a.to.k === 'obj' && a.to.addr !== undefined ? not(isZero(a.to.addr)) : True)))
}

/** Conversion between integer types: truncation, or extension by the signedness of the source. To bool: differs from zero. */
export function convertTerm(term: Term, from: IntType | BoolType | PointerType, to: IntType | BoolType | PointerType): Term {
  if (to.k === 'bool') return from.k === 'bool' ? term : ite(isZero(term), bv(8, 0), bv(8, 1))
  const width = bitsOf(to)
  if (width === term.width) return term
  if (width < term.width) return extract(width - 1, 0, term)
  return from.k === 'int' && from.signed ? sext(width, term) : zext(width, term)
}

const sameTarget = (a: Target, b: Target): boolean => a.k === b.k && (a.k === 'null' || (a.k === 'fn' && b.k === 'fn' && a.name === b.name) ||
  (a.k === 'obj' && b.k === 'obj' && a.addr === b.addr && a.lv.k === 'cell' && b.lv.k === 'cell' && a.lv.path === b.lv.path))

/** c ? a : b for values of one type. Undefined where they do not fit together. */
export function choose(c: Bool, a: Value, b: Value): Value | undefined {
  if (a === b || c === True) return a
  if (c === False) return b
  if (a.k === 'void' || b.k === 'void') return a.k === b.k ? a : undefined
  if (a.k === 'int' && b.k === 'int') return a.term.width !== b.term.width ? undefined : int(a.type, ite(c, a.term, b.term))
  if (a.k === 'rec' && b.k === 'rec') {
    if (a.type.tag !== b.type.tag) return undefined
    const cells = new Map<string, Value>()
    for (const [k, x] of a.cells) {
      const y = b.cells.get(k)
      const z = y === undefined ? undefined : choose(c, x, y)
      if (z === undefined) return undefined
      cells.set(k, z)
    }
    return { k: 'rec', type: a.type, cells }
  }
  if (a.k === 'rec' || b.k === 'rec') return undefined
  if (a.k === 'ptr' && b.k === 'ptr') {
    const alts: PtrAlt[] = []
    for (const x of [...under(c, a.alts), ...under(not(c), b.alts)]) {
      const i = alts.findIndex((y) => sameTarget(x.to, y.to))
      if (i >= 0) alts[i] = { when: or(alts[i]!.when, x.when), to: x.to }
      else alts.push(x)
    }
    return { k: 'ptr', type: a.type, alts }
  }
  const raw = (v: IntV | PtrV): PtrV | undefined => v.k === 'ptr' ? v : isConst(v.term) && v.term.value === 0n ? nullPtr(pointer(types.void)) : undefined
  const [x, y] = [raw(a), raw(b)]
  if (x !== undefined && y !== undefined) return choose(c, x, y)
  return int(a.type, ite(c, address(a), address(b)))
}
