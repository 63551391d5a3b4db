/**
 * Terms for people: infix, constants in hexadecimal, bits as x[4] and fields as x[31:28], choices as if/else with indentation. What
 * is used more than once and is not small gets a name, written above.
 */
import { topological, type Term } from './term.js'

const WIDTH = 100
const infix: { readonly [op: string]: string } = {
  bvand: '&', bvor: '|', bvxor: '^', bvadd: '+', bvsub: '-', bvult: '<', bvule: '<=', bvslt: '<s', bvsle: '<=s', eq: '=', and: '∧', or: '∨', xor: '≠', concat: '∘',
}

/** The text of a term: lines `name := …` for what is shared, then the term itself. */
export function show(root: Term): string {
  const uses = new Map<Term, number>()
  for (const t of topological([root])) for (const a of t.args) uses.set(a, (uses.get(a) ?? 0) + 1)
  const names = new Map<Term, string>()
  const lines: string[] = []
  for (const t of topological([root])) {
    if (t === root || (uses.get(t) ?? 0) < 2 || small(t)) continue
    const text = write(t, names, 0)
    const name = `t${names.size + 1}`
    lines.push(`${name} := ${text}`)
    names.set(t, name)
  }
  return [...lines, write(root, names, 0)].join('\n')
}

/** Leaves, bits and fields of leaves, their negations: said again rather than named. */
function small(t: Term): boolean {
  if (t.args.length === 0) return true
  if (t.op === 'extract' || t.op === 'not' || t.op === 'bvnot' || t.op === 'zext' || t.op === 'sext') return small(t.args[0]!)
  return asBit(t) !== undefined
}
/** x[n] = 1 as the bit and whether it is set. */
function asBit(t: Term): { of: Term, set: boolean } | undefined {
  const [a, b] = t.args
  return t.op === 'eq' && a!.op === 'extract' && a!.width === 1 && b!.op === 'bvconst' ? { of: a!, set: b!.value === 1n } : undefined
}

function write(t: Term, names: ReadonlyMap<Term, string>, depth: number): string {
  const inner = (a: Term, bare = false): string => {
    const name = names.get(a)
    if (name !== undefined) return name
    const text = write(a, names, depth + 1)
    return bare || !needsBrackets(a) ? text : `(${text})`
  }
  const [a, b, c] = t.args
  const n = Number(t.value)
  switch (t.op) {
    case 'true': case 'false': return t.op
    case 'var': return t.name
    case 'bvconst': return t.value < 10n ? String(t.value) : `0x${t.value.toString(16)}`
    case 'not': {
      const bit = asBit(a!)
      if (bit !== undefined && !names.has(a!)) return `${bit.set ? '¬' : ''}${inner(bit.of)}`
      return a!.op === 'eq' && !names.has(a!) ? `${inner(a!.args[0]!)} ≠ ${inner(a!.args[1]!)}` : `¬${inner(a!)}`
    }
    case 'bvnot': return `~${inner(a!)}`
    case 'bvshl': return `${inner(a!)} << ${n}`
    case 'bvlshr': return `${inner(a!)} >> ${n}`
    case 'extract': return `${inner(a!)}${t.width === 1 ? `[${n}]` : `[${n + t.width - 1}:${n}]`}`
    case 'zext': return `zero_extend${t.width}(${inner(a!, true)})`
    case 'sext': return `sign_extend${t.width}(${inner(a!, true)})`
    case 'ite': return choice(inner(a!, true), inner(b!, true), inner(c!, true), depth)
    case 'eq': {
      const bit = asBit(t)
      return bit === undefined ? `${inner(a!)} = ${inner(b!)}` : `${bit.set ? '' : '¬'}${inner(bit.of)}`
    }
    case 'or': {
      const premises = t.args.filter((x) => x.op === 'not' && !names.has(x)).map((x) => inner(x.args[0]!))
      const conclusions = t.args.filter((x) => x.op !== 'not' || names.has(x)).map((x) => inner(x))
      if (premises.length > 0 && conclusions.length > 0) return joined([premises.join(' ∧ '), conclusions.join(' ∨ ')], '⇒', depth)
      return joined(t.args.map((x) => inner(x)), infix[t.op]!, depth)
    }
    default: return joined(t.args.map((x) => inner(x)), infix[t.op]!, depth)
  }
}

/** Does the text of a term need brackets inside another one's? */
function needsBrackets(t: Term): boolean {
  if (t.op === 'not') return asBit(t.args[0]!) === undefined && t.args[0]!.op === 'eq'
  return (infix[t.op] !== undefined && asBit(t) === undefined) || t.op === 'ite' || t.op === 'bvshl' || t.op === 'bvlshr'
}
const newline = (depth: number): string => `\n${'  '.repeat(depth)}`

function joined(parts: readonly string[], operator: string, depth: number): string {
  const line = parts.join(` ${operator} `)
  return line.length + 2 * depth <= WIDTH && !line.includes('\n') ? line : parts.join(`${newline(depth + 1)}${operator} `)
}
function choice(c: string, a: string, b: string, depth: number): string {
  const line = `if ${c} then ${a} else ${b}`
  return line.length + 2 * depth <= WIDTH && !line.includes('\n') ? line : `if ${c} then${newline(depth + 1)}${a}${newline(depth)}else${newline(depth + 1)}${b}`
}
