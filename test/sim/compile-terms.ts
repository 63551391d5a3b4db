/** Terms to one JavaScript function over bigints: for running the model many times. Variable names are JavaScript paths. */
import { mask, topological, type Term } from '../../model/terms/term.js'

const literal = (v: bigint): string => `${v}n`

function expression(t: Term, v: (t: Term) => string): string {
  const a = t.args.map(v)
  const wrap = (text: string): string => `BigInt.asUintN(${t.width}, ${text})`
  const signed = (i: number): string => `BigInt.asIntN(${t.args[i]!.width}, ${a[i]})`
  switch (t.op) {
    case 'true': case 'false': return t.op
    case 'var': return t.name
    case 'bvconst': return literal(t.value)
    case 'not': return `!${a[0]}`
    case 'and': return `(${a.join(' && ')})`
    case 'or': return `(${a.join(' || ')})`
    case 'xor': return `(${a[0]} !== ${a[1]})`
    case 'eq': return `(${a[0]} === ${a[1]})`
    case 'ite': return `(${a[0]} ? ${a[1]} : ${a[2]})`
    case 'bvnot': return `(${literal(mask(t.width))} ^ ${a[0]})`
    case 'bvand': return `(${a.join(' & ')})`
    case 'bvor': return `(${a.join(' | ')})`
    case 'bvxor': return `(${a.join(' ^ ')})`
    case 'bvadd': return wrap(a.join(' + '))
    case 'bvsub': return wrap(a.join(' - '))
    case 'bvshl': return wrap(`(${a[0]} << ${literal(t.value)})`)
    case 'bvlshr': return `(${a[0]} >> ${literal(t.value)})`
    case 'extract': return wrap(t.value === 0n ? a[0]! : `(${a[0]} >> ${literal(t.value)})`)
    case 'concat': return t.args.slice(1).reduce((high, low, i) => `((${high} << ${low.width}n) | ${a[i + 1]})`, a[0]!)
    case 'zext': return a[0]!
    case 'sext': return wrap(signed(0))
    case 'bvult': return `(${a[0]} < ${a[1]})`
    case 'bvule': return `(${a[0]} <= ${a[1]})`
    case 'bvslt': return `(${signed(0)} < ${signed(1)})`
    case 'bvsle': return `(${signed(0)} <= ${signed(1)})`
  }
}

function statements(roots: readonly Term[]): { lines: string[], of: (t: Term) => string } {
  const names = new Map<Term, string>()
  const lines: string[] = []
  const of = (t: Term): string => names.get(t)!
  for (const t of topological(roots)) {
    if (t.args.length === 0 && t.op !== 'var') names.set(t, expression(t, of))
    else {
      names.set(t, `t${lines.length}`)
      lines.push(`const t${lines.length} = ${expression(t, of)}`)
    }
  }
  return { lines, of }
}

/** A function that calls `changed(path, value)` for every term that differs from what stands at its path now, unless `enabled` is false; returns `enabled`. */
export function compileStep(enabled: Term, leaves: readonly { path: string, term: Term }[], args: readonly string[]): (...given: unknown[]) => boolean {
  const { lines, of } = statements([enabled, ...leaves.map((l) => l.term)])
  const compare = leaves.map((l) => `if (${of(l.term)} !== s.${l.path}) changed(${JSON.stringify(l.path)}, ${of(l.term)})`)
  return new Function(...args, 'changed', `${lines.join('\n')}\nif (!${of(enabled)}) return false\n${compare.join('\n')}\nreturn true`) as (...given: unknown[]) => boolean
}
