/** Calls: an intrinsic, a function of the tree (inlined), or an error. */
import { False, True } from '../model/terms/build.js'
import { cut } from './cut.js'
import { limits } from './errors.js'
import { evaluate, scalar } from './expressions.js'
import { indirectCall, intrinsics } from './intrinsics.js'
import type { Frame, Store } from './machine-state.js'
import type { Machine } from './machine.js'
import { run } from './statements.js'
import { named, need, type Node } from './syntax.js'
import { choose, voidV, type Value } from './values.js'
import type { CType } from './types.js'
import type { FunctionSyntax } from './unit.js'

export function call(m: Machine, n: Node): Value {
  const callee = need(n, 'function')
  const args = named(need(n, 'arguments'))
  if (callee.type === 'identifier' && !isLocal(m, callee.text)) {
    const known = intrinsics.get(callee.text)
    if (known !== undefined) return known.run(m, args, n)
    return callNamed(m, callee.text, args, n)
  }
  const f = scalar(m, callee)
  if (f.k === 'ptr' && f.alts.length === 1 && f.alts[0]!.when === True && f.alts[0]!.to.k === 'fn') return callNamed(m, f.alts[0]!.to.name, args, n)
  return indirectCall(m, f, args, n)
}
const isLocal = (m: Machine, name: string): boolean => m.frames.length > 0 && m.frame.scopes.some((s) => s.has(name))

function callNamed(m: Machine, name: string, args: readonly Node[], n: Node): Value {
  const def = m.unit.tree.lookup('function', name, m.file, n.place)
  if (def === undefined) return m.fail(`call of ${name}, which is neither in the tree nor in the table of intrinsics`, n)
  const values = args.map((a) => evaluate(m, a))
  const fn = m.unit.fn(def)
  const how = m.env.cuts !== undefined && Object.hasOwn(m.env.cuts, name) ? m.env.cuts[name] : undefined
  return how === undefined ? enter(m, fn, values, n) : cut(m, fn, values, how, n)
}

/** Runs a function's body on these arguments. */
export function enter(m: Machine, fn: FunctionSyntax, args: readonly Value[], n: Node): Value {
  if (m.frames.length >= limits.callDepth || m.frames.filter((f) => f.fn === fn).length > 1) m.fail('calls are nested too deeply', n)
  if (args.length !== fn.params.length) m.fail(`${fn.name} takes ${fn.params.length} arguments`, n)
  const scope = new Map<string, { path: string, type: CType }>()
  const frame: Frame = { fn, scopes: [scope], returns: [], gotos: new Map(), breaks: undefined, continues: undefined }
  const converted = args.map((a, i) => m.convert(a, fn.params[i]!.type, n))
  m.frames.push(frame)
  fn.params.forEach((p, i) => {
    const path = `#${m.fresh(p.name)}`
    scope.set(p.name, { path, type: p.type })
    m.write({ k: 'cell', path, type: p.type }, converted[i]!, n)
  })
  run(m, fn.body)
  for (const [label, left] of frame.gotos) if (left.some((s) => s.live !== False)) m.fail(`goto ${label} goes backwards`, n)
  const value = finish(m, frame, n)
  m.frames.pop()
  return value
}

function finish(m: Machine, frame: Frame, n: Node): Value {
  let store: Store = m.store
  let value: Value | undefined
  if (store.live !== False && frame.fn.result.k !== 'void') m.oblige(False, `${frame.fn.name} returns a value`, n)
  if (frame.fn.result.k !== 'void') store = { cells: store.cells, live: False }
  for (const r of frame.returns) {
    if (r.store.live === False) continue
    value = value === undefined ? r.value : choose(r.store.live, r.value, value) ?? m.fail('returned values do not fit together', n)
    store = m.merge(r.store.live, r.store, store, n)
  }
  m.store = store
  return frame.fn.result.k === 'void' ? voidV : value ?? m.fail(`${frame.fn.name} never returns`, n)
}
