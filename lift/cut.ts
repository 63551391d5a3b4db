/** A call where lifting is cut in two: the state when it is made is kept, and what the callee leaves behind is free. */
import { bv, eq, False, ite, not } from '../model/terms/build.js'
import type { BV, Term } from '../model/terms/term.js'
import { asTerm, type Machine } from './machine.js'
import type { Node } from './syntax.js'
import { types, type BoolType, type CType, type IntType, type RecordType } from './types.js'
import type { FunctionSyntax } from './unit.js'
import { int, voidV, type Value } from './values.js'

/** What the callee may change, of `current`: registers, number, flags, and the flags of a call that the variants have in thread_info (an int, a bool). */
const registers = /^\.(regs\[\d+\]|sp|pc|pstate|orig_x0|syscallno)$/
const callFlags = ['compat_syscall_flags', 'use_compat_syscall']
const record = (tag: string): RecordType => ({ k: 'record', union: false, tag })
function free(m: Machine, n: Node): { path: string, type: CType }[] {
  const member = (f: string): { path: string, type: CType }[] => { const x = m.layout.find(record('struct thread_info'), f, m.file, n.place); return x === undefined ? [] : [x] }
  const ofCall = callFlags.flatMap(member)
  // where no such flag is declared, nothing reads this one
  const ofThread = [...member('flags'), ...ofCall.length > 0 ? ofCall : [{ path: `.${callFlags[0]!}`, type: types.int }]]
  return [...m.layout.scalars(record('struct pt_regs'), m.file, n.place).filter((s) => registers.test(s.path)).map((s) => ({ path: `pt_regs${s.path}`, type: s.type })), ...ofThread.map((s) => ({ path: `thread_info${s.path}`, type: s.type }))]
}

/** Inputs afterwards: `after NAME.pt_regs.regs[0]`, `after NAME.thread_info.flags`, …, and `result of NAME`. That a path makes the call once only must hold. */
export function cut(m: Machine, fn: FunctionSyntax, args: readonly Value[], how: 'goes on' | 'ends', n: Node): Value {
  for (const c of m.cuts) if (c.name === fn.name) m.oblige(not(c.when), `${fn.name}() is called once`, n)
  if (args.length !== fn.params.length) m.fail(`${fn.name} takes ${fn.params.length} arguments`, n)
  m.cuts.push({ name: fn.name, when: m.store.live, args: args.flatMap((a, i) => asTerm(m.convert(a, fn.params[i]!.type, n)) ?? []), changes: m.changed(m.store) })
  if (how === 'ends') m.store = { cells: m.store.cells, live: False }
  for (const { path, type } of free(m, n)) {
    if (type.k === 'int' || type.k === 'bool') m.write({ k: 'cell', path: `current.${path}`, type }, input(m, `after ${fn.name}.${path}`, type), n)
  }
  if (fn.result.k === 'void') return voidV
  return fn.result.k === 'int' || fn.result.k === 'bool' ? input(m, `result of ${fn.name}`, fn.result) : m.fail(`${fn.name} returns no integer`, n)
}
function input(m: Machine, name: string, type: IntType | BoolType): Value {
  if (type.k === 'int') return int(type, m.input(name, type.width))
  const t: Term = m.input(name, 1)
  return int(type, ite(t.width === 0 ? t : eq(t as BV<1>, bv(1, 1)), bv(8, 1), bv(8, 0)))
}
