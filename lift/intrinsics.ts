/**
 * What is not lifted because it reaches hardware, another task, the scheduler or the tracer: each name with its written meaning.
 * A name that is neither here nor defined in the tree is an error. No modelled function may stand here (test/lift/intrinsics).
 */
import { bv } from '../model/terms/build.js'
import { scalar } from './expressions.js'
import { control } from './intrinsics-control.js'
import { flagsAndRegisters } from './intrinsics-registers.js'
import { afterStop, outside } from './intrinsics-outside.js'
import { userMemory } from './intrinsics-user.js'
import type { Intrinsic } from './intrinsic.js'
import type { Machine } from './machine.js'
import type { Node } from './syntax.js'
import { pointer, types, type CType } from './types.js'
import { address, int, objectPtr, type IntV, type PtrV, type Value } from './values.js'

export const intrinsics: ReadonlyMap<string, Intrinsic> = new Map(Object.entries({ ...control, ...flagsAndRegisters, ...userMemory, ...outside }))

/** Names that are values, not calls. */
const task: CType = { k: 'record', union: false, tag: 'struct task_struct' }
const names: Record<string, (m: Machine, n: Node) => Value> = {
  current: () => objectPtr({ k: 'cell', path: 'current', type: task }),
  true: () => int(types.int, bv(32, 1)),
  false: () => int(types.int, bv(32, 0)),
  NULL: () => int(pointer(types.void), bv(64, 0)),
  sys_call_table: () => table('sys_call_table'),
  compat_sys_call_table: () => table('compat_sys_call_table'),
  compat_sys_call_table32: () => table('compat_sys_call_table'),
}
const table = (path: string): Value => objectPtr({ k: 'cell', path, type: pointer(types.func) })
export const identifierMeaning = (name: string): ((m: Machine, n: Node) => Value) | undefined => Object.hasOwn(names, name) ? names[name] : undefined

/** A call through a pointer that is not a known function: a system call handler. What it does is not the lifted function's: its result is free, and registers, syscallno and thread flags may be others afterwards. */
export function indirectCall(m: Machine, f: IntV | PtrV, args: readonly Node[], n: Node): Value {
  const values = args.map((a) => scalar(m, a))
  if (f.k === 'ptr' && f.type.k === 'ptr' && f.type.to.k === 'func') {
    const handler = address(f)
    m.effect('system call handler', handler, ...values.map((v) => address(v)))
    afterStop(m, 'after the handler', n)
    return int(types.long, m.input('result of the handler', 64))
  }
  return m.fail('call through a pointer', n)
}
