/** Terms to JavaScript on bigint: for replaying, where every width occurs. For tight loops see compile-halves.ts. */
import type { Value } from './evaluate.js'
import { UnboundVariableError } from './evaluate.js'
import { mask, topological, variables, type Term } from './term.js'

/** The values of the roots under an assignment. Throws `UnboundVariableError`. */
export type Compiled = (env: ReadonlyMap<string, Value>) => Value[]

/** Compiles all roots together; shared subterms are computed once. */
export function compile(roots: readonly Term[]): Compiled {
  const inputs = variables(...roots)
  const position = new Map(inputs.map((v, i) => [v, i]))
  const names = new Map<Term, string>()
  const lines: string[] = []
  for (const t of topological(roots)) {
    if (t.op === 'var') { names.set(t, `v[${position.get(t)}]`); continue }
    const name = `t${names.size}`
    lines.push(`const ${name} = ${expression(t, t.args.map((a) => names.get(a)!))}`)
    names.set(t, name)
  }
  const body = new Function('v', `'use strict'\n${lines.join('\n')}\nreturn [${roots.map((r) => names.get(r)).join(', ')}]`) as (v: Value[]) => Value[]
  return (env) => body(inputs.map((v) => {
    const value = env.get(v.name)
    if (value === undefined) throw new UnboundVariableError(v.name)
    return value
  }))
}

const hex = (v: bigint): string => `0x${v.toString(16)}n`

function expression(t: Term, all: readonly string[]): string {
  const [a = '', b = '', c = ''] = all
  const m = hex(mask(t.width))
  const signed = (x: string): string => `BigInt.asIntN(${t.args[0]!.width}, ${x})`
  switch (t.op) {
    case 'true': case 'false': return t.op
    case 'var': throw new Error('a variable is an input')
    case 'bvconst': return hex(t.value)
    case 'not': return `!${a}`
    case 'and': return all.join(' && ')
    case 'or': return all.join(' || ')
    case 'xor': return `${a} !== ${b}`
    case 'eq': return `${a} === ${b}`
    case 'ite': return `${a} ? ${b} : ${c}`
    case 'bvnot': return `${a} ^ ${m}`
    case 'bvand': return `${a} & ${b}`
    case 'bvor': return `${a} | ${b}`
    case 'bvxor': return `${a} ^ ${b}`
    case 'bvadd': return `(${a} + ${b}) & ${m}`
    case 'bvsub': return `(${a} - ${b}) & ${m}`
    case 'bvshl': return `(${a} << ${t.value}n) & ${m}`
    case 'bvlshr': return `${a} >> ${t.value}n`
    case 'extract': return `(${a} >> ${t.value}n) & ${m}`
    case 'concat': return `(${a} << ${t.args[1]!.width}n) | ${b}`
    case 'zext': return a
    case 'sext': return `BigInt.asUintN(${t.width}, ${signed(a)})`
    case 'bvult': return `${a} < ${b}`
    case 'bvule': return `${a} <= ${b}`
    case 'bvslt': return `${signed(a)} < ${signed(b)}`
    case 'bvsle': return `${signed(a)} <= ${signed(b)}`
  }
}
