/** A lifted function as text: terms in prefix form, shared parts named once. */
import { topological, type Term } from '../model/terms/term.js'
import type { Lifted, NotLifted } from './lift.js'

const constantText = (t: Term): string => `0x${t.value.toString(16)}`

/** One or more terms; a part that is used more than once and is not small gets a name. */
export function termText(root: Term, maxLines = 60): string {
  const order = topological([root])
  const uses = new Map<Term, number>()
  for (const t of order) for (const a of t.args) uses.set(a, (uses.get(a) ?? 0) + 1)
  const text = new Map<Term, string>()
  const lines: string[] = []
  for (const t of order) {
    const s = one(t, t.args.map((a) => text.get(a)!))
    if (t !== root && (uses.get(t) ?? 0) > 1 && s.length > 24) {
      const name = `t${lines.length + 1}`
      lines.push(`${name} = ${s}`)
      text.set(t, name)
    } else text.set(t, s)
  }
  const all = [...lines, text.get(root)!]
  return all.length <= maxLines ? all.join('\n') : `${all.slice(0, maxLines).join('\n')}\n… ${all.length - maxLines} more lines`
}

function one(t: Term, a: string[]): string {
  switch (t.op) {
    case 'true': case 'false': return t.op
    case 'var': return t.name
    case 'bvconst': return constantText(t)
    case 'not': return `!${a[0]}`
    case 'and': return `(${a.join(' && ')})`
    case 'or': return `(${a.join(' || ')})`
    case 'xor': return `(${a[0]} != ${a[1]})`
    case 'eq': return `(${a[0]} == ${a[1]})`
    case 'ite': return `(${a[0]} ? ${a[1]} : ${a[2]})`
    case 'bvnot': return `~${a[0]}`
    case 'bvand': return `(${a[0]} & ${a[1]})`
    case 'bvor': return `(${a[0]} | ${a[1]})`
    case 'bvxor': return `(${a[0]} ^ ${a[1]})`
    case 'bvadd': return `(${a[0]} + ${a[1]})`
    case 'bvsub': return `(${a[0]} - ${a[1]})`
    case 'bvshl': return `(${a[0]} << ${t.value})`
    case 'bvlshr': return `(${a[0]} >> ${t.value})`
    case 'extract': { const hi = Number(t.value) + t.width - 1; return t.width === 1 ? `${a[0]}<${hi}>` : `${a[0]}<${hi}:${t.value}>` }
    case 'concat': return `{${a[0]}, ${a[1]}}`
    case 'zext': return `zext${t.width}(${a[0]})`
    case 'sext': return `sext${t.width}(${a[0]})`
    case 'bvult': return `(${a[0]} <u ${a[1]})`
    case 'bvule': return `(${a[0]} <=u ${a[1]})`
    case 'bvslt': return `(${a[0]} <s ${a[1]})`
    case 'bvsle': return `(${a[0]} <=s ${a[1]})`
  }
}
const indent = (s: string): string => s.split('\n').map((l) => `    ${l}`).join('\n')

export function renderLifted(f: Lifted | NotLifted): string {
  if (f.kind === 'not lifted') return `${f.name}: not lifted: ${f.reason}\n  ${f.place.file}:${f.place.line}: ${f.text.replace(/\s+/g, ' ').slice(0, 160)}\n`
  const out = [`${f.name}  ${f.place.file}:${f.place.line}  ${f.hash.slice(0, 16)}`]
  if (f.inputs.length > 0) out.push(`  inputs: ${f.inputs.map((i) => `${i.name}:${i.width === 0 ? 'bool' : i.width}`).join(', ')}`)
  if (f.result !== undefined) out.push('  returns', indent(termText(f.result)))
  for (const [path, c] of f.changes) out.push(`  ${path} :=`, indent(termText(c.after)))
  for (const w of f.writes) out.push(`  user memory, ${w.bytes} bytes at ${termText(w.addr, 4)} :=`, indent(termText(w.value, 8)))
  for (const e of f.effects) out.push(`  effect ${e.name}(${e.args.map((a) => termText(a, 2)).join(', ')})`, ...(e.when.op === 'true' ? [] : [indent(`when ${termText(e.when, 8)}`)]))
  for (const o of f.obligations) out.push(`  must hold: ${o.what} (${o.place.file}:${o.place.line})`)
  return `${out.join('\n')}\n`
}
