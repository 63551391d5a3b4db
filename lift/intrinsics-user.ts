/** Access to user memory, and copies of kernel objects. Every access may fault; what it then leaves is said here. */
import { and, bv, bvadd, bvand, extract, False, isZero, ite, not, or, sext, ule, ult } from '../model/terms/build.js'
import type { Bool, BV, Term } from '../model/terms/term.js'
import { evaluate, integer, place, scalar, store } from './expressions.js'
import { argument, intrinsic, type Intrinsic } from './intrinsic.js'
import type { Machine } from './machine.js'
import type { Node } from './syntax.js'
import { bitsOf, types, type CType } from './types.js'
import { address, choose, constant, convertTerm, fromBool, int, objectPtr, voidV, type IntV, type LValue, type Value } from './values.js'

const EFAULT = constant(-14n)

function userPointer(m: Machine, n: Node): { addr: BV<64>, type: CType } {
  const v = scalar(m, n)
  if (v.type.k !== 'ptr') return m.fail('not a pointer', n)
  return { addr: address(v), type: v.type.to }
}
const scalarTerm = (m: Machine, v: Value, n: Node): Term => v.k === 'int' ? v.term : v.k === 'ptr' ? address(v) : m.fail('not a scalar', n)

/** x := fault ? 0 : *ptr. Returns the fault. */
function get(m: Machine, target: Node, ptr: Node, n: Node): Bool {
  const p = userPointer(m, ptr)
  if (p.type.k !== 'int' && p.type.k !== 'ptr') return m.fail('size of the access', n)
  const r = m.readUser(p.addr, bitsOf(p.type) / 8)
  const lv = place(m, target)
  store(m, lv, m.convert(int(p.type.k === 'ptr' ? types.ulong : p.type, ite(r.fault, bv(r.value.width, 0) as BV, r.value as BV)), lv.type, n), n)
  return r.fault
}
function put(m: Machine, value: Node, ptr: Node, n: Node): Bool {
  const p = userPointer(m, ptr)
  if (p.type.k !== 'int' && p.type.k !== 'ptr') return m.fail('size of the access', n)
  const v = m.convert(evaluate(m, value), p.type.k === 'ptr' ? types.ulong : p.type, n)
  return m.writeUser(p.addr, bitsOf(p.type) / 8, scalarTerm(m, v, n))
}
const setError = (m: Machine, fault: Bool, err: Node, n: Node): Value => {
  const lv = place(m, err)
  const before = m.read(lv, err)
  const after = choose(fault, m.convert(EFAULT, lv.type, n), before)
  if (after === undefined) return m.fail('error variable', err)
  m.write(lv, after, n)
  return voidV
}
const getUser = intrinsic('x := *ptr, 0 if the access faults; -EFAULT then, else 0', (m, args, n) => {
  const fault = get(m, argument(m, args, 0, n), argument(m, args, 1, n), n)
  return int(types.int, ite(fault, EFAULT.term as BV<32>, bv(32, 0)))
})
const putUser = intrinsic('*ptr := x; -EFAULT if the access faults, else 0', (m, args, n) => {
  const fault = put(m, argument(m, args, 0, n), argument(m, args, 1, n), n)
  return int(types.int, ite(fault, EFAULT.term as BV<32>, bv(32, 0)))
})

function bytesOf(m: Machine, n: Node): number {
  const t = integer(m, n).term
  return t.op === 'bvconst' && t.value <= 4096n ? Number(t.value) : m.fail('size is not constant', n)
}
/** The scalars of an object of that size behind a kernel pointer. */
function pieces(m: Machine, v: Value, bytes: number, n: Node): { lv: LValue, bytes: number }[] {
  const whole = m.deref(v, n)
  if (whole.k !== 'cell') return m.fail('which object this is is not known', n)
  let lv: LValue = whole
  const size = m.layout.size(whole.type, m.file, n.place)
  if (size !== bytes) { // a pointer to the first element of an array
    const at = /^(.*)\[0\]$/.exec(whole.path)
    if (at === null || bytes % size !== 0) return m.fail(`${bytes} bytes of an object of ${size}`, n)
    lv = { k: 'cell', path: at[1]!, type: { k: 'array', of: whole.type, length: bytes / size } }
  }
  return m.layout.scalars(lv.type, m.file, n.place, lv.k === 'cell' ? lv.path : '').map((s) => s.bits === undefined
    ? { lv: { k: 'cell' as const, path: s.path, type: s.type }, bytes: bitsOf(s.type) / 8 } : m.fail('union in a copy', n))
}
const copyFrom = intrinsic('bytes of user memory into a kernel object; where a byte faults the object holds anything, and the number of bytes left is not 0', (m, args, n) => {
  const to = pieces(m, evaluate(m, argument(m, args, 0, n)), bytesOf(m, argument(m, args, 2, n)), n)
  const from = userPointer(m, argument(m, args, 1, n)).addr
  let at = 0
  let fault: Bool = False
  const read = to.map((p) => {
    const r = m.readUser(bvadd(from, bv(64, at)), p.bytes)
    at += p.bytes
    fault = or(fault, r.fault)
    return r.value
  })
  to.forEach((p, i) => {
    const left = m.input(m.fresh('partial copy'), p.bytes * 8)
    m.write(p.lv, m.convert(int(unsignedOf(p.bytes), ite(fault, left as BV, read[i]! as BV)), p.lv.type, n), n)
  })
  return int(types.ulong, ite(fault, bv(64, at), bv(64, 0)))
})
const copyTo = intrinsic('a kernel object into user memory; the number of bytes left is not 0 where a byte faults', (m, args, n) => {
  const to = userPointer(m, argument(m, args, 0, n)).addr
  const from = pieces(m, evaluate(m, argument(m, args, 1, n)), bytesOf(m, argument(m, args, 2, n)), n)
  let at = 0
  let fault: Bool = False
  for (const p of from) {
    fault = or(fault, m.writeUser(bvadd(to, bv(64, at)), p.bytes, scalarTerm(m, m.read(p.lv, n), n)))
    at += p.bytes
  }
  return int(types.ulong, ite(fault, bv(64, at), bv(64, 0)))
})
export const unsignedOf = (bytes: number): typeof types.ulong => bytes === 8 ? types.ulong : bytes === 4 ? types.uint : bytes === 2 ? types.ushort : bytes === 16 ? types.uint128 : types.uchar

/** user_regset_copyin() from user memory: whole scalars up to *count bytes, at position 0. */
const copyin = intrinsic('as many whole scalars as *count has bytes (within start..end) from user memory into the object; -EFAULT where a byte faults; nothing where *count is 0', (m, args, n) => {
  const pos = m.read(m.deref(evaluate(m, argument(m, args, 0, n)), n), n) as IntV
  const countPlace = m.deref(evaluate(m, argument(m, args, 1, n)), n)
  const count = (m.read(countPlace, n) as IntV).term as BV<32>
  const kbuf = m.read(m.deref(evaluate(m, argument(m, args, 2, n)), n), n)
  const ubuf = address(m.read(m.deref(evaluate(m, argument(m, args, 3, n)), n), n) as IntV)
  const whole = m.deref(evaluate(m, argument(m, args, 4, n)), n)
  if (whole.k !== 'cell') return m.fail('which object this is is not known', n)
  m.oblige(isZero(pos.term), 'position is 0', n)
  m.oblige(kbuf.k === 'ptr' ? or(...kbuf.alts.map((a) => a.to.k === 'null' ? a.when : False)) : kbuf.k === 'int' ? isZero(kbuf.term) : False, 'the data come from user memory', n)
  const at = /^(.*)\[0\]$/.exec(whole.path)
  const array = at === null ? undefined : m.arrayAt(at[1]!)
  const scalars = array === undefined ? m.layout.scalars(whole.type, m.file, n.place, whole.path) : m.layout.scalars(array, m.file, n.place, at![1])
  const end = integer(m, argument(m, args, 6, n))
  const last = convertTerm(end.term, end.type, types.int) as BV<32>
  let fault: Bool = False
  let offset = 0
  const plan: { lv: LValue, value: Term, take: Bool }[] = []
  for (const s of scalars) {
    if (s.bits !== undefined) return m.fail('union in a regset', n)
    const bytes = bitsOf(s.type) / 8
    const next = bv(32, offset + bytes)
    const take = and(ule(next, count), or(not(ule(last, bv(32, 0x7fffffff))), ule(next, last)))
    const before = m.store.live
    m.store.live = and(before, take)
    const r = m.readUser(bvadd(ubuf, bv(64, offset)), bytes)
    m.store.live = before
    fault = or(fault, and(take, r.fault))
    plan.push({ lv: { k: 'cell', path: s.path, type: s.type }, value: r.value, take })
    m.oblige(or(take, ule(count, bv(32, offset)), not(ult(bv(32, offset), last))), 'the length is a whole number of scalars', n)
    offset += bytes
  }
  m.oblige(or(ule(count, bv(32, offset)), fault), 'the length does not exceed the object', n)
  for (const p of plan) {
    const old = scalarTerm(m, m.read(p.lv, n), n)
    const left = m.input(m.fresh('partial copy'), old.width)
    m.write(p.lv, m.convert(int(unsignedOf(old.width / 8), ite(fault, left as BV, ite(p.take, p.value as BV, old as BV))), p.lv.type, n), n)
  }
  return int(types.int, ite(fault, EFAULT.term as BV<32>, bv(32, 0)))
})

const zeroFill = intrinsic('every byte of the object is zero', (m, args, n) => {
  const value = integer(m, argument(m, args, 1, n)).term
  if (value.op !== 'bvconst' || value.value !== 0n) return m.fail('memset to another value than 0', n)
  const p = evaluate(m, argument(m, args, 0, n))
  for (const piece of pieces(m, p, bytesOf(m, argument(m, args, 2, n)), n)) m.write(piece.lv, m.convert(constant(0n), piece.lv.type, n), n)
  return p
})
const copyObject = intrinsic('the bytes of one kernel object into another of the same scalars', (m, args, n) => {
  const bytes = bytesOf(m, argument(m, args, 2, n))
  const to = pieces(m, evaluate(m, argument(m, args, 0, n)), bytes, n)
  const from = pieces(m, evaluate(m, argument(m, args, 1, n)), bytes, n)
  if (to.length !== from.length || to.some((t, i) => t.bytes !== from[i]!.bytes)) return m.fail('copy between different objects', n)
  const values = from.map((f) => m.read(f.lv, n))
  to.forEach((t, i) => { m.write(t.lv, m.convert(values[i]!, t.lv.type, n), n) })
  return objectPtr(to[0]!.lv)
})

export const userMemory: Record<string, Intrinsic> = {
  get_user: getUser, __get_user: getUser, put_user: putUser, __put_user: putUser,
  __get_user_error: intrinsic('x := *ptr; where the access faults x := 0 and err := -EFAULT', (m, args, n) => setError(m, get(m, argument(m, args, 0, n), argument(m, args, 1, n), n), argument(m, args, 2, n), n)),
  __put_user_error: intrinsic('*ptr := x; where the access faults err := -EFAULT', (m, args, n) => setError(m, put(m, argument(m, args, 0, n), argument(m, args, 1, n), n), argument(m, args, 2, n), n)),
  copy_from_user: copyFrom, __copy_from_user: copyFrom, copy_to_user: copyTo, __copy_to_user: copyTo,
  access_ok: intrinsic('addr + size is at most TASK_SIZE_MAX, 2^48 (CONFIG_ARM64_VA_BITS=48), without overflow; where TIF_TAGGED_ADDR is set in a user task, of the address without its tag', (m, args, n) => {
    const given = address(scalar(m, argument(m, args, 0, n)))
    const a = ite(m.condition('current.tagged_addr'), bvand(given, sext<64>(64, extract<56>(55, 0, given))), given)
    const size = (m.convert(integer(m, argument(m, args, 1, n)), types.ulong, n) as IntV).term as BV<64>
    const max = bv(64, 1n << 48n)
    const end = bvadd(a, size)
    return fromBool(and(ule(a, end), ule(end, max)))
  }),
  user_regset_copyin: copyin,
  memset: zeroFill, memcpy: copyObject, __builtin_memcpy: copyObject, __builtin_memset: zeroFill,
  compat_ptr: intrinsic('a 32-bit user address as a pointer', (m, args, n) => int({ k: 'ptr', to: types.void, user: true }, (m.convert(m.convert(integer(m, argument(m, args, 0, n)), types.uint, n), types.ulong, n) as IntV).term)),
  ptr_to_compat: intrinsic('bits 31:0 of a user pointer', (m, args, n) => m.convert(m.convert(evaluate(m, argument(m, args, 0, n)), types.ulong, n), types.uint, n)),
}
