/** SMT-LIB text back to terms: what `queryText` writes, and what z3 and cvc5 print of QF_BV. */
import { and, boolVar, bv, bvadd, bvand, bvnot, bvor, bvsub, bvVar, bvxor, concat, eq, extract, False, iff, ite, lshr, ne, not, or, sext, shl, sle, slt, True, ule, ult, xor, zext, implies } from './build.js'
import type { Bool, BV, Term } from './term.js'

export class SmtlibError extends Error {
  readonly code = 'E_SMTLIB'
}
export type Sexp = string | readonly Sexp[]

/** All s-expressions of a text. Quoted symbols keep their bars. Throws `SmtlibError` on unbalanced brackets. */
export function sexps(text: string): Sexp[] {
  const open: Sexp[][] = [[]]
  for (const [token] of text.matchAll(/\(|\)|\|[^|]*\||"(?:[^"]|"")*"|;[^\n]*|[^\s()|";]+/g)) {
    if (token.startsWith(';')) continue
    if (token === '(') open.push([])
    else if (token === ')') {
      const done = open.pop()!
      if (open.length === 0) throw new SmtlibError('unbalanced ) in SMT-LIB text')
      open[open.length - 1]!.push(done)
    } else open[open.length - 1]!.push(token)
  }
  if (open.length !== 1) throw new SmtlibError('unbalanced ( in SMT-LIB text')
  return open[0]!
}
export const unquote = (name: string): string => name.startsWith('|') ? name.slice(1, -1) : name

export interface Parsed { readonly variables: readonly Term[], readonly assertions: readonly Bool[] }

/** The variables and assertions of a query text. Throws `SmtlibError`, or `WidthMismatchError` from the constructors. */
export function parseQuery(text: string): Parsed {
  const variables = new Map<string, Term>()
  const assertions: Bool[] = []
  for (const command of sexps(text)) {
    const [head, ...rest] = command
    if (typeof command === 'string' || typeof head !== 'string') throw new SmtlibError(`not a command: ${show(command)}`)
    if (head === 'declare-fun' || head === 'declare-const') {
      const name = unquote(String(rest[0]))
      variables.set(name, variable(name, rest[rest.length - 1]!))
    } else if (head === 'assert') assertions.push(parseTerm(rest[0]!, variables))
    else if (head !== 'set-logic' && head !== 'set-info' && head !== 'set-option' && head !== 'check-sat' && head !== 'exit') throw new SmtlibError(`command ${head} is not understood`)
  }
  return { variables: [...variables.values()], assertions }
}

function variable(name: string, sort: Sexp): Term {
  if (sort === 'Bool') return boolVar(name)
  const width = typeof sort !== 'string' && sort[0] === '_' && sort[1] === 'BitVec' ? Number(sort[2]) : NaN
  if (!Number.isInteger(width) || width < 1) throw new SmtlibError(`sort ${show(sort)} is not understood`)
  return bvVar(width, name)
}
const show = (s: Sexp): string => (typeof s === 'string' ? s : `(${s.map(show).join(' ')})`).slice(0, 80)

/** A term; `scope` gives what its free names mean. Chains of lets, as long as they come, are walked without recursion. */
export function parseTerm(s: Sexp, scope: ReadonlyMap<string, Term>): Term {
  const names = new Map(scope)
  while (typeof s !== 'string' && s[0] === 'let') {
    const bindings = (s[1] as readonly Sexp[]).map((b): [string, Term] => [unquote(String(b[0])), parseTerm1(b[1]!, names)])
    for (const [name, term] of bindings) names.set(name, term)
    s = s[2]!
  }
  return parseTerm1(s, names)
}

function parseTerm1(s: Sexp, names: Map<string, Term>): Term {
  if (typeof s === 'string') return atom(s, names)
  const [head, ...rest] = s
  if (head === '_' && /^bv\d+$/.test(String(s[1]))) return bv(Number(s[2]), BigInt(String(s[1]).slice(2)))
  if (head === 'let') return parseTerm(s, names)
  const args = rest.map((r) => parseTerm1(r, names))
  const made = typeof head === 'string' ? operators[head]?.(args) : indexed(head!, args)
  if (made === undefined) throw new SmtlibError(`operator ${show(head!)} is not understood`)
  return made
}

function atom(s: string, names: ReadonlyMap<string, Term>): Term {
  const known = names.get(unquote(s))
  if (known !== undefined) return known
  if (s === 'true') return True
  if (s === 'false') return False
  if (s.startsWith('#x')) return bv(4 * (s.length - 2), BigInt(`0x${s.slice(2)}`))
  if (s.startsWith('#b')) return bv(s.length - 2, BigInt(`0b${s.slice(2)}`))
  throw new SmtlibError(`name ${s} is not declared`)
}

function indexed(head: Sexp, [a]: readonly Term[]): Term | undefined {
  if (a === undefined || typeof head === 'string') return undefined
  const [i, j] = [Number(head[2]), Number(head[3])]
  switch (head[1]) {
    case 'extract': return extract(i, j, a)
    case 'zero_extend': return zext(a.width + i, a)
    case 'sign_extend': return sext(a.width + i, a)
    default: return undefined
  }
}

const vector = (f: (a: BV, b: BV) => Term) => ([a, b]: readonly Term[]): Term => f(a as BV, b as BV)
const shift = (f: (a: BV, by: number) => Term) => ([a, by]: readonly Term[]): Term => {
  if (by?.op !== 'bvconst') throw new SmtlibError('shift by a distance that is not constant')
  return f(a as BV, Number(by.value < BigInt(by.width) ? by.value : by.width))
}
const operators: { readonly [name: string]: ((args: readonly Term[]) => Term) | undefined } = {
  not: ([a]) => not(a!), and: (args) => and(...args), or: (args) => or(...args), xor: ([a, b]) => xor(a!, b!), '=>': ([a, b]) => implies(a!, b!),
  '=': ([a, b]) => a!.width === 0 ? iff(a!, b!) : eq(a as BV, b as BV), distinct: vector(ne), ite: ([c, a, b]) => ite(c!, a as BV, b as BV),
  bvnot: ([a]) => bvnot(a as BV), bvand: vector(bvand), bvor: vector(bvor), bvxor: vector(bvxor), bvadd: vector(bvadd), bvsub: vector(bvsub),
  bvshl: shift(shl), bvlshr: shift(lshr), concat: vector(concat), bvult: vector(ult), bvule: vector(ule), bvslt: vector(slt), bvsle: vector(sle),
}
