/** Lifts functions of a tree: inputs, result, what they may change, what must hold. */
import { createHash } from 'node:crypto'
import { variables, type Bool, type Term } from '../model/terms/term.js'
import { call, enter } from './calls.js'
import { LiftError, type Place } from './errors.js'
import { identifierMeaning, intrinsics } from './intrinsics.js'
import type { Cut, Effect, Environment, Obligation, UserRead, UserWrite } from './machine-state.js'
import { asTerm, Machine } from './machine.js'
import { defconfig } from './config.js'
import { scan, type Definition } from './scan.js'
import { runCompound } from './statements.js'
import { cParser, type CParser, type Node } from './syntax.js'
import { Tree } from './tree.js'
import { bitsOf, typeName, type CType } from './types.js'
import { integer, typeOf } from './expressions.js'
import { Unit } from './unit.js'
import { int, objectPtr, type Value } from './values.js'

/** What a parameter is bound to: an object of the state, or a term. */
export type Binding = { readonly object: string } | { readonly term: Term }

export interface Request extends Environment {
  /** By parameter name. A pointer without one is an object of its own name (`regs`, `task`); a number is a free input. */
  readonly parameters?: Readonly<Record<string, Binding>>
  /** One C function that is lifted in the place of `name`, read as part of kernel/process.c: a macro has no body of its own. */
  readonly code?: string
}

export interface Lifted {
  readonly kind: 'lifted'
  readonly name: string
  readonly place: Place
  readonly inputs: readonly { name: string, width: number }[]
  readonly result: Term | undefined
  /** Cells of the state that may change: path, before, after. */
  readonly changes: ReadonlyMap<string, { before: Term, after: Term }>
  readonly effects: readonly Effect[]
  readonly reads: readonly UserRead[]
  readonly writes: readonly UserWrite[]
  readonly obligations: readonly Obligation[]
  /** Calls that were not entered, in order. */
  readonly cuts: readonly Cut[]
  /** Where control reaches the end. */
  readonly returns: Bool
  /** The definitions its meaning rests on, itself first. */
  readonly uses: readonly Definition[]
  /** SHA-256 over their token streams. */
  readonly hash: string
}
export interface NotLifted { readonly kind: 'not lifted', readonly name: string, readonly reason: string, readonly place: Place, readonly text: string }

/** Where the functions that are modelled stand, most specific first. */
export const homes = ['ptrace', 'process', 'signal32', 'signal', 'syscall', 'sys_compat', 'debug-monitors', 'proton-pack', 'fpsimd', 'traps'].map((f) => `arch/arm64/kernel/${f}.c`)

const processFile = 'arch/arm64/kernel/process.c'

export class Lifter {
  private readonly unit: Unit
  private constructor(readonly tree: Tree, parser: CParser) {
    this.unit = new Unit(tree, parser, (name) => intrinsics.has(name) || identifierMeaning(name) !== undefined)
    const above = { call, compound: runCompound, identifier: identifierMeaning }
    this.machine = (env) => {
      const m = new Machine(this.unit, above, env)
      this.unit.typeOf = (n) => typeOf(m, n)
      return m
    }
    const constants = this.machine({})
    this.unit.constant = (n, file) => {
      const v = inFile(constants, file, n, () => integer(constants, n))
      if (v.term.op !== 'bvconst') throw new LiftError('not a constant', n.place, n.text)
      return v.type.k === 'int' && v.type.signed ? BigInt.asIntN(v.term.width, v.term.value) : v.term.value
    }
  }
  private readonly machine: (env: Environment) => Machine

  static async on(tree: Tree): Promise<Lifter> { return new Lifter(tree, await cParser()) }

  /** The value of a macro or enumerator of the tree, or undefined. */
  constant(name: string, from = homes[0]!): bigint | undefined {
    this.tree.root = from
    const at: Place = { file: from, line: 1 }
    try {
      const root = this.unit.parser.parse(this.unit.expanded([{ kind: 'id', text: name, file: from, line: 1, space: false, bol: false }], from).concat([{ kind: 'punct', text: ';', file: from, line: 1, space: false, bol: false }]))
      const expression = root.children[0]?.children[0]
      return expression === undefined ? undefined : this.unit.constant(expression, from)
    } catch (e) {
      if (e instanceof LiftError) return undefined
      throw new Error(`${name} at ${at.file}: ${String(e)}`)
    }
  }

  /** The definition of a function that is modelled. */
  find(name: string): Definition | undefined {
    for (const home of homes) {
      if (this.tree.read(home) === undefined) continue
      this.tree.root = home
      const d = this.tree.lookup('function', name, home, { file: home, line: 1 })
      if (d !== undefined) return d
    }
    return undefined
  }

  /** Never throws for what a source contains: what cannot be lifted says why. */
  lift(name: string, request: Request = {}): Lifted | NotLifted {
    try {
      const def = request.code === undefined ? this.find(name) : ofCode(request.code)
      if (def === undefined) return { kind: 'not lifted', name, reason: 'no such function in the tree', place: { file: homes[0]!, line: 0 }, text: name }
      this.tree.root = def.file.endsWith('.c') ? def.file : homes[0]!
      const { value, used } = this.tree.trackUse(() => this.execute(def, request))
      // our own text is in no tree: what it calls by that name stands first
      const first = request.code === undefined ? def : [...used].find((d) => d.name === name)
      if (first === undefined) return { kind: 'not lifted', name, reason: 'no such macro in the tree', place: { file: def.file, line: 0 }, text: name }
      const uses = [first, ...[...used].filter((d) => d !== first)]
      const hash = createHash('sha256')
      for (const h of uses.map((d) => `${d.kind} ${d.name} ${Tree.hash(d)}`).sort()) hash.update(h)
      return { ...value, name, place: { file: first.file, line: first.line }, uses, hash: hash.digest('hex') }
    } catch (e) {
      if (e instanceof LiftError) return { kind: 'not lifted', name, reason: e.reason, place: e.place, text: e.text }
      if (e instanceof RangeError) return { kind: 'not lifted', name, reason: 'nested too deeply', place: { file: '', line: 0 }, text: name }
      throw e
    }
  }

  private execute(def: Definition, request: Request): Omit<Lifted, 'uses' | 'hash'> {
    const fn = this.unit.fn(def)
    const m = this.machine(request)
    const at: Node = { type: 'function', field: '', named: true, text: def.name, place: { file: def.file, line: def.line }, children: [] }
    const args = inFile(m, def.file, at, () => fn.params.map((p) => argumentFor(m, p.name, p.type, request.parameters?.[p.name], at)))
    const value = enter(m, fn, args, at)
    const changes = m.changed(m.store)
    const result = value.k === 'void' ? undefined : asTerm(value)
    const roots = [...(result === undefined ? [] : [result]), ...[...changes.values()].map((c) => c.after), ...m.effects.flatMap((e) => [e.when, ...e.args]), ...m.obligations.map((o) => o.holds),
      ...m.writes.flatMap((w) => [w.when, w.addr, w.value]), ...m.reads.flatMap((r) => [r.when, r.addr]), ...m.cuts.flatMap((c) => [c.when, ...c.args, ...[...c.changes.values()].map((x) => x.after)])]
    const inputs = variables(...roots).map((v) => ({ name: v.name, width: v.width }))
    return { kind: 'lifted', name: def.name, place: at.place, inputs, result, changes, effects: m.effects, reads: m.reads, writes: m.writes, obligations: m.obligations, cuts: m.cuts, returns: m.store.live }
  }
}

const ofCode = (code: string): Definition | undefined => [...scan(processFile, code, defconfig).definitions.values()].flat().find((d) => d.kind === 'function')

/** Runs f as if inside a function of that file: names are looked up from there. */
function inFile<T>(m: Machine, file: string, n: Node, f: () => T): T {
  const def: Definition = { kind: 'function', name: '', file, line: n.place.line, tokens: [], weak: false, unknown: undefined }
  m.frames.push({ fn: { def, name: '', result: { k: 'void' }, params: [], body: n }, scopes: [new Map()], returns: [], gotos: new Map(), breaks: undefined, continues: undefined })
  try { return f() } finally { m.frames.pop() }
}

function argumentFor(m: Machine, name: string, type: CType, to: Binding | undefined, n: Node): Value {
  if (type.k === 'ptr' && (to === undefined || 'object' in to) && (!type.user || to !== undefined)) return objectPtr({ k: 'cell', path: to !== undefined && 'object' in to ? to.object : name, type: type.to }, type)
  if (to !== undefined && 'object' in to) return m.fail(`parameter ${name} of type ${typeName(type)} is no object`, n)
  if (type.k === 'record') return m.read({ k: 'cell', path: name, type }, n)
  if (type.k !== 'int' && type.k !== 'bool' && type.k !== 'ptr') return m.fail(`parameter of type ${typeName(type)}`, n)
  const term = to?.term ?? m.input(name, bitsOf(type))
  if (term.width !== bitsOf(type)) return m.fail(`parameter ${name} has ${bitsOf(type)} bits, not ${term.width}`, n)
  return int(type, term)
}
