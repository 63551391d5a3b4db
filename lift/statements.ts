/** Statements. A branch that has left (return, break, goto) is a dead store; it comes back where it arrives. */
import { and, not, False, or } from '../model/terms/build.js'
import type { Bool } from '../model/terms/term.js'
import { limits } from './errors.js'
import { combine, condition, evaluate, integer, scalar, store } from './expressions.js'
import type { Store } from './machine-state.js'
import type { Machine } from './machine.js'
import { child, named, need, type Node } from './syntax.js'
import type { CType } from './types.js'
import { constant, truth, voidV, type IntV, type Value } from './values.js'

const dead = (m: Machine): Store => ({ cells: m.store.cells, live: False })

export function runCompound(m: Machine, n: Node, value: (v: Value) => void = () => {}): void {
  m.frame.scopes.push(new Map())
  for (const s of named(n)) run(m, s, value)
  m.frame.scopes.pop()
}

const hasLabel = (n: Node): boolean => n.type === 'labeled_statement' || n.children.some(hasLabel)

export function run(m: Machine, n: Node, value: (v: Value) => void = () => {}): void {
  m.step(n)
  if (m.store.live === False && !hasLabel(n)) return
  switch (n.type) {
    case 'comment': case 'empty_statement': case ';': return
    case 'compound_statement': runCompound(m, n); return
    case 'expression_statement': {
      const e = named(n)[0]
      if (e !== undefined) value(evaluate(m, e))
      return
    }
    case 'declaration': declare(m, n); return
    case 'if_statement': branch(m, n); return
    case 'switch_statement': switchOn(m, n); return
    case 'for_statement': {
      m.frame.scopes.push(new Map())
      const init = child(n, 'initializer')
      if (init?.type === 'declaration') declare(m, init)
      else if (init !== undefined) evaluate(m, init)
      loop(m, n, child(n, 'condition'), need(n, 'body'), child(n, 'update'), false)
      m.frame.scopes.pop()
      return
    }
    case 'while_statement': loop(m, n, need(n, 'condition'), need(n, 'body'), undefined, false); return
    case 'do_statement': loop(m, n, need(n, 'condition'), need(n, 'body'), undefined, true); return
    case 'return_statement': {
      const e = named(n)[0]
      const v = e === undefined ? voidV : m.convert(evaluate(m, e), m.frame.fn.result, n)
      m.frame.returns.push({ store: m.store, value: v })
      m.store = dead(m)
      return
    }
    case 'break_statement': leave(m, n, m.frame.breaks); return
    case 'continue_statement': leave(m, n, m.frame.continues); return
    case 'goto_statement': {
      const label = need(n, 'label').text
      const list = m.frame.gotos.get(label) ?? []
      list.push(m.store)
      m.frame.gotos.set(label, list)
      m.store = dead(m)
      return
    }
    case 'labeled_statement': {
      const label = need(n, 'label').text
      const arrived = m.frame.gotos.get(label) ?? []
      m.frame.gotos.delete(label)
      m.store = m.mergeAll([...arrived, m.store], n)
      for (const s of named(n).slice(1)) run(m, s, value)
      return
    }
    default: m.fail(`statement ${n.type}`, n)
  }
}

function leave(m: Machine, n: Node, to: Store[] | undefined): void {
  if (to === undefined) return m.fail('outside of a loop', n)
  to.push(m.store)
  m.store = dead(m)
}

function declare(m: Machine, n: Node): void {
  if (n.children.some((c) => c.type === 'storage_class_specifier' && c.text === 'extern')) return
  if (n.children.some((c) => c.type === 'storage_class_specifier' && c.text === 'static')) m.fail('static local variable', n)
  const base = m.unit.specifiers(n, m.file)
  for (const d of n.children.filter((c) => c.field === 'declarator')) {
    const { name, type } = m.unit.declarator(base, d, m.file)
    const path = `#${m.fresh(name)}`
    const init = d.type === 'init_declarator' ? need(d, 'value') : undefined
    // the initialiser is evaluated before the name is visible: no kernel code depends on the difference
    if (init !== undefined && init.type !== 'initializer_list') {
      const v = evaluate(m, init)
      m.frame.scopes.at(-1)!.set(name, { path, type })
      store(m, { k: 'cell', path, type }, v, d)
    } else {
      m.frame.scopes.at(-1)!.set(name, { path, type })
      if (init !== undefined) initialise(m, path, type, init)
    }
  }
}

/** `= { … }`: everything is zero but what is listed. */
function initialise(m: Machine, path: string, type: CType, n: Node): void {
  for (const s of m.layout.scalars(type, m.file, n.place, path)) {
    if (s.bits !== undefined) { m.zeroBits(s.path, s.bits); continue }
    store(m, { k: 'cell', path: s.path, type: s.type }, constant(0n), n)
  }
  named(n).forEach((e, i) => {
    if (e.type === 'number_literal' && named(n).length === 1 && e.text === '0') return
    const whole = { k: 'cell' as const, path, type }
    if (e.type === 'initializer_pair') {
      const d = named(e)[0]
      if (d?.type !== 'field_designator') return m.fail('designator', e)
      store(m, m.member(whole, named(d)[0]!.text, e), evaluate(m, need(e, 'value')), e)
    } else if (type.k === 'array') store(m, m.element(whole, constant(BigInt(i)), e), evaluate(m, e), e)
    else m.fail('initialiser', e)
  })
}

function branch(m: Machine, n: Node): void {
  const c = condition(m, need(n, 'condition'))
  const yes = need(n, 'consequence')
  const no = child(n, 'alternative')
  const s = m.branch(c, () => { run(m, yes) })
  const t = m.branch(not(c), () => { if (no !== undefined) for (const x of named(no)) run(m, x) })
  m.store = m.merge(c, s, t, n)
}

function switchOn(m: Machine, n: Node): void {
  const on = scalar(m, need(n, 'condition'))
  if (on.k === 'ptr') return m.fail('switch on a pointer', n)
  const cases = named(need(n, 'body'))
  const start = m.store
  const match = cases.map((c): Bool | undefined => {
    if (c.type !== 'case_statement') return m.fail('statement before the first case', c)
    const v = child(c, 'value')
    return v === undefined ? undefined : truth(combine(m, '==', promoted(m, on, n), integer(m, v), c) as IntV)
  })
  const none = not(or(...match.filter((x) => x !== undefined)))
  const before = m.frame.breaks
  const breaks: Store[] = []
  m.frame.breaks = breaks
  m.frame.scopes.push(new Map())
  m.store = { cells: new Map(start.cells), live: False }
  cases.forEach((c, i) => {
    const when = match[i] ?? none
    const enter: Store = { cells: new Map(start.cells), live: and(start.live, when) }
    m.store = m.merge(when, enter, m.store, c)
    const v = child(c, 'value')
    for (const s of named(c)) if (s !== v) run(m, s)
  })
  m.frame.scopes.pop()
  m.frame.breaks = before
  const missed: Store = { cells: start.cells, live: match.includes(undefined) ? False : and(start.live, none) }
  m.store = m.mergeAll([...breaks, m.store, missed], n)
}
const promoted = (m: Machine, v: IntV, n: Node): IntV => combine(m, '+', v, constant(0n), n) as IntV

/** A loop, unrolled. What is left after `limits.unroll` rounds must be shown not to happen. */
function loop(m: Machine, n: Node, test: Node | undefined, body: Node, next: Node | undefined, bodyFirst: boolean): void {
  const { breaks, continues } = m.frame
  const exits: Store[] = []
  for (let i = 0; ; i++) {
    if (!(bodyFirst && i === 0) && test !== undefined) {
      const c = condition(m, test)
      exits.push({ cells: m.store.cells, live: and(m.store.live, not(c)) })
      m.store = { cells: new Map(m.store.cells), live: and(m.store.live, c) }
    }
    if (m.store.live === False) break
    if (i >= limits.unroll) {
      m.oblige(False, `loop ends within ${limits.unroll} rounds`, n)
      m.store = dead(m)
      break
    }
    m.frame.breaks = []
    m.frame.continues = []
    run(m, body)
    exits.push(...m.frame.breaks)
    m.store = m.mergeAll([m.store, ...m.frame.continues], n)
    if (next !== undefined && m.store.live !== False) evaluate(m, next)
  }
  Object.assign(m.frame, { breaks, continues })
  m.store = m.mergeAll([...exits, m.store], n)
}
