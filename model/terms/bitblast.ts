/** Terms to gates. Bits stand least significant first; a Bool is one bit. */
import { Circuit, FALSE, TRUE, type Lit } from './circuit.js'
import { topological, type Term } from './term.js'

export interface Blasted {
  readonly circuit: Circuit
  /** The bits of every variable, by name. */
  readonly variables: ReadonlyMap<string, readonly Lit[]>
  /** The bits of every root. */
  readonly roots: readonly (readonly Lit[])[]
}

export function bitblast(roots: readonly Term[]): Blasted {
  const circuit = new Circuit()
  const variables = new Map<string, readonly Lit[]>()
  const bits = new Map<Term, readonly Lit[]>()
  for (const t of topological(roots)) {
    const made = t.op === 'var' ? Array.from({ length: Math.max(1, t.width) }, () => circuit.input()) : blast(circuit, t, t.args.map((a) => bits.get(a)!))
    if (t.op === 'var') variables.set(t.name, made)
    bits.set(t, made)
  }
  return { circuit, variables, roots: roots.map((r) => bits.get(r)!) }
}

type Bits = readonly Lit[]
const zeros = (n: number): Lit[] => new Array<Lit>(n).fill(FALSE)

function blast(c: Circuit, t: Term, args: readonly Bits[]): Bits {
  const [a = [], b = [], d = []] = args
  const each = (f: (x: Lit, y: Lit) => Lit): Bits => a.map((x, i) => f(x, b[i]!))
  const n = Number(t.value)
  switch (t.op) {
    case 'true': return [TRUE]
    case 'false': return [FALSE]
    case 'var': throw new Error('a variable has no arguments')
    case 'not': case 'bvnot': return a.map((x) => -x)
    case 'and': return [args.reduce((s, x) => c.and(s, x[0]!), TRUE)]
    case 'or': return [args.reduce((s, x) => c.or(s, x[0]!), FALSE)]
    case 'xor': case 'bvxor': return each((x, y) => c.xor(x, y))
    case 'bvand': return each((x, y) => c.and(x, y))
    case 'bvor': return each((x, y) => c.or(x, y))
    case 'eq': return [each((x, y) => -c.xor(x, y)).reduce((s, x) => c.and(s, x), TRUE)]
    case 'ite': return b.map((x, i) => c.ite(a[0]!, x, d[i]!))
    case 'bvconst': return Array.from({ length: t.width }, (_, i) => (t.value >> BigInt(i) & 1n) === 1n ? TRUE : FALSE)
    case 'bvadd': return sum(c, a, b, FALSE)
    case 'bvsub': return sum(c, a, b.map((x) => -x), TRUE)
    case 'bvshl': return n >= t.width ? zeros(t.width) : [...zeros(n), ...a.slice(0, t.width - n)]
    case 'bvlshr': return n >= t.width ? zeros(t.width) : [...a.slice(n), ...zeros(n)]
    case 'extract': return a.slice(n, n + t.width)
    case 'concat': return [...b, ...a]
    case 'zext': return [...a, ...zeros(t.width - a.length)]
    case 'sext': return [...a, ...new Array<Lit>(t.width - a.length).fill(a[a.length - 1]!)]
    case 'bvult': return [less(c, a, b, FALSE)]
    case 'bvule': return [less(c, a, b, TRUE)]
    case 'bvslt': return [less(c, flipTop(a), flipTop(b), FALSE)]
    case 'bvsle': return [less(c, flipTop(a), flipTop(b), TRUE)]
  }
}

function sum(c: Circuit, a: Bits, b: Bits, carry: Lit): Bits {
  return a.map((x, i) => {
    const y = b[i]!
    const out = c.xor(c.xor(x, y), carry)
    carry = c.majority(x, y, carry)
    return out
  })
}
/** a < b, or with `orEqual` true a <= b: from the lowest bit up, the highest difference decides. */
const less = (c: Circuit, a: Bits, b: Bits, orEqual: Lit): Lit => a.reduce((s, x, i) => c.ite(c.xor(x, b[i]!), b[i]!, s), orEqual)
/** Signed order is unsigned order with the sign bit turned. */
const flipTop = (a: Bits): Bits => [...a.slice(0, -1), -a[a.length - 1]!]
