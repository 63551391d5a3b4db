/** Members of records: where they are, how large, and which names mean the same bits. */
import { LiftError, type Place } from './errors.js'
import { bitsOf, isScalar, sameType, type CType, type RecordType } from './types.js'
import type { Field, Unit } from './unit.js'

/** A member: path from the record in a kernel object, and its type. `offset` is asked for separately: most records are never laid out whole. */
export interface Member { readonly path: string, readonly type: CType }

const round = (n: number, to: number): number => Math.ceil(n / to) * to

export class Layout {
  private readonly sizes = new Map<string, { size: number, align: number }>()
  private readonly members = new Map<string, Member | undefined>()
  constructor(private readonly unit: Unit) {}

  fields(type: RecordType, file: string, at: Place): { fields: readonly Field[], file: string, packed: boolean, aligned: number | undefined } {
    const e = this.unit.entry(type, file, at)
    return { fields: e.items.flatMap((i) => this.unit.fieldsOf(i, e.file)), file: e.file, packed: e.packed, aligned: e.aligned }
  }

  /** The member of that name, unnamed records searched. Only the declarations that mention the name are read. */
  member(type: RecordType, name: string, file: string, at: Place): Member {
    const key = `${type.tag}.${name}`
    if (!this.members.has(key)) this.members.set(key, this.find(type, name, file, at))
    const m = this.members.get(key)
    if (m === undefined) throw new LiftError(`no member ${name} in ${type.tag}`, at, name)
    return m
  }
  /** The member of that name; undefined where there is none. */
  find(type: RecordType, name: string, file: string, at: Place): Member | undefined {
    const e = this.unit.entry(type, file, at)
    for (const item of e.items) {
      if (!item.some((t) => t.text === name)) continue
      for (const f of this.unit.fieldsOf(item, e.file)) {
        if (f.bits && f.name === name) throw new LiftError('bit field', at, name)
        if (f.name === name) return { path: `.${name}`, type: f.type }
        if (f.name === undefined && f.type.k === 'record') {
          const inner = f.type.union ? this.inUnion(f.type, name, e.file, at) : this.find(f.type, name, e.file, at)
          if (inner !== undefined) return inner
        }
      }
    }
    return undefined
  }
  /** An unnamed union: its arms must be the same sequence of members, so that a name means one place. `user_regs` of struct pt_regs is then the structure itself. */
  private inUnion(type: RecordType, name: string, file: string, at: Place): Member | undefined {
    const { fields, file: f } = this.fields(type, file, at)
    const spelledOut = (t: CType): string => t.k === 'record' ? this.fields(t, f, at).fields.map((x) => `${x.name} ${JSON.stringify(x.type)}`).join(';') : ''
    const arms = fields.map((x) => spelledOut(x.type))
    const arm = fields.find((x) => x.name === name)
    const inside = fields.find((x) => x.name === undefined && x.type.k === 'record' && this.find(x.type, name, f, at) !== undefined)
    if (arm === undefined && inside === undefined) return undefined
    if (arms[0] === '' || !arms.every((a) => a === arms[0])) throw new LiftError('member of a union whose arms differ', at, name)
    if (arm !== undefined) return { path: '', type: arm.type }
    return this.find(inside!.type as RecordType, name, f, at)
  }

  size(type: CType, file: string, at: Place): number { return this.measure(type, file, at).size }

  alignment(type: CType, file: string, at: Place): number { return this.measure(type, file, at).align }

  private measure(type: CType, file: string, at: Place): { size: number, align: number } {
    if (isScalar(type)) { const s = bitsOf(type) / 8; return { size: s, align: s } }
    if (type.k === 'array') {
      const e = this.measure(type.of, file, at)
      if (type.length === undefined) return { size: 0, align: e.align }
      return { size: e.size * type.length, align: e.align }
    }
    if (type.k !== 'record') return { size: 1, align: 1 }
    let s = this.sizes.get(type.tag)
    if (s === undefined) {
      s = this.lay(type, file, at).whole
      this.sizes.set(type.tag, s)
    }
    return s
  }

  private lay(type: RecordType, file: string, at: Place): { whole: { size: number, align: number }, places: { field: Field, offset: number }[] } {
    const r = this.fields(type, file, at)
    let offset = 0
    let size = 0
    let align = r.aligned ?? 1
    const places: { field: Field, offset: number }[] = []
    for (const field of r.fields) {
      if (field.bits) throw new LiftError('layout with bit fields', at, type.tag)
      const m = this.measure(field.type, r.file, at)
      const a = Math.max(r.packed ? 1 : m.align, field.aligned ?? 1)
      align = Math.max(align, a)
      offset = type.union ? 0 : round(offset, a)
      places.push({ field, offset })
      size = Math.max(size, offset + m.size)
      offset += m.size
    }
    return { whole: { size: round(size, align), align }, places }
  }

  /** Byte offset and type of a member. */
  offset(type: RecordType, name: string, file: string, at: Place): { offset: number, type: CType } {
    const { places } = this.lay(type, file, at)
    for (const p of places) {
      if (p.field.name === name) return { offset: p.offset, type: p.field.type }
      if (p.field.name === undefined && p.field.type.k === 'record') {
        try {
          const inner = this.offset(p.field.type, name, file, at)
          return { offset: p.offset + inner.offset, type: inner.type }
        } catch (e) { if (!(e instanceof LiftError)) throw e }
      }
    }
    throw new LiftError(`no member ${name} in ${type.tag}`, at, name)
  }

  /** Every scalar of a type: path and type, in order. A named union counts as one scalar (`bits`). */
  scalars(type: CType, file: string, at: Place, path = ''): { path: string, type: CType, bits?: number }[] {
    if (isScalar(type)) return [{ path, type }]
    if (type.k === 'array') return Array.from({ length: type.length ?? 0 }, (_, i) => this.scalars(type.of, file, at, `${path}[${i}]`)).flat()
    if (type.k !== 'record') throw new LiftError('value of that type', at, path)
    if (type.union) return [{ path, type, bits: this.size(type, file, at) * 8 }]
    const r = this.fields(type, file, at)
    return r.fields.flatMap((f) => {
      if (f.name !== undefined) return this.scalars(f.type, r.file, at, `${path}.${f.name}`)
      if (f.type.k !== 'record') return []
      if (!f.type.union) return this.scalars(f.type, r.file, at, path)
      const arms = this.fields(f.type, r.file, at).fields
      const plain = arms.find((a) => a.name === undefined && a.type.k === 'record')
      if (plain === undefined || plain.type.k !== 'record') throw new LiftError('copy of an unnamed union', at, type.tag)
      const first = arms.find((a) => a.name !== undefined)
      if (first?.name !== undefined) this.member(type, first.name, r.file, at) // the arms agree
      return this.scalars(plain.type, r.file, at, path)
    })
  }
}
export { sameType }
