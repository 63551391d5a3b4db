/** SMT-LIB 2 text of a query: deterministic, shared subterms named with define-fun or let, QF_BV only. */
import { topological, variables, type Term } from './term.js'

const quoted = (name: string): string => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `|${name}|`
const sort = (width: number): string => width === 0 ? 'Bool' : `(_ BitVec ${width})`

/** One assertion, as text: nested lets name every subterm that is used more than once. */
export function assertionText(root: Term): string {
  const order = topological([root])
  const uses = new Map<Term, number>()
  for (const t of order) for (const a of t.args) uses.set(a, (uses.get(a) ?? 0) + 1)
  const names = new Map<Term, string>()
  const text = new Map<Term, string>()
  const bindings: string[] = []
  for (const t of order) {
    const arg = (a: Term): string => names.get(a) ?? text.get(a)!
    const here = print(t, t.args.map(arg))
    if (t.args.length > 0 && (uses.get(t) ?? 0) > 1) {
      const name = `?${bindings.length}`
      names.set(t, name)
      bindings.push(`(let ((${name} ${here}))`)
    } else text.set(t, here)
  }
  return `${bindings.join('\n')}${bindings.length > 0 ? '\n' : ''}${text.get(root) ?? names.get(root)}${')'.repeat(bindings.length)}`
}

/** The declarations of all variables, then one `assert` a term; without check-sat. Variables are declared by name. */
export function queryText(assertions: readonly Term[]): string {
  const declared = variables(...assertions).sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
    .map((v) => `(declare-fun ${quoted(v.name)} () ${sort(v.width)})`)
  return ['(set-logic QF_BV)', ...declared, ...assertions.map((a) => `(assert ${assertionText(a)})`), ''].join('\n')
}

/** The query with every variable defined as a constant: whether this very assignment is a model. */
export function valuationText(assertions: readonly Term[], value: (name: string, width: number) => bigint | boolean): string {
  const defined = variables(...assertions).map((v) => {
    const x = value(v.name, v.width)
    const text = typeof x === 'boolean' ? String(x) : `(_ bv${x} ${v.width})`
    return `(define-fun ${quoted(v.name)} () ${sort(v.width)} ${text})`
  })
  return ['(set-logic QF_BV)', ...defined, ...assertions.map((a) => `(assert ${assertionText(a)})`), ''].join('\n')
}

function print(t: Term, a: string[]): string {
  switch (t.op) {
    case 'true': case 'false': return t.op
    case 'var': return quoted(t.name)
    case 'bvconst': return t.width % 4 === 0 ? `#x${t.value.toString(16).padStart(t.width / 4, '0')}` : `#b${t.value.toString(2).padStart(t.width, '0')}`
    case 'eq': return `(= ${a[0]} ${a[1]})`
    case 'extract': return `((_ extract ${Number(t.value) + t.width - 1} ${t.value}) ${a[0]})`
    case 'zext': return `((_ zero_extend ${t.width - t.args[0]!.width}) ${a[0]})`
    case 'sext': return `((_ sign_extend ${t.width - t.args[0]!.width}) ${a[0]})`
    case 'bvshl': case 'bvlshr': return `(${t.op} ${a[0]} (_ bv${t.value} ${t.width}))`
    default: return `(${t.op} ${a.join(' ')})`
  }
}
