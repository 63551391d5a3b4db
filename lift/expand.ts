/** Macro expansion over tokens (Prosser's algorithm). Names of intrinsics stay as they are. */
import { limits, LiftError } from './errors.js'
import { spelled, tokenize, type Token } from './lexer.js'
import { predefined } from './config.js'
import type { Macro } from './scan.js'

/** The macro a name stands for here, or undefined. */
export type MacroLookup = (name: string, at: Token) => Macro | undefined

export function expand(input: readonly Token[], lookup: MacroLookup): Token[] {
  const out: Token[] = []
  // a stack with the next token on top: pushing a replacement back is what rescanning means
  const pending = [...input].reverse()
  let work = 0
  for (let t = pending.pop(); t !== undefined; t = pending.pop()) {
    if (++work > limits.tokens * 4 || out.length > limits.tokens) throw new LiftError('macro expansion is too long', t, t.text)
    if (t.kind !== 'id' || t.hide?.has(t.text) === true) { out.push(t); continue }
    const m = lookup(t.text, t)
    if (m === undefined) {
      const pre = predefined.get(t.text)
      out.push(pre === undefined ? t : { ...t, kind: 'num', text: pre })
      continue
    }
    const hide = new Set(t.hide)
    hide.add(m.name)
    if (hide.size > limits.macroDepth) throw new LiftError('macros are nested too deeply', t, t.text)
    const place = t
    const replace = (tokens: readonly Token[]): void => {
      for (let i = tokens.length - 1; i >= 0; i--) {
        const b = tokens[i]!
        const merged = b.hide === undefined ? hide : new Set([...hide, ...b.hide])
        pending.push({ ...b, file: place.file, line: place.line, bol: false, hide: merged })
      }
    }
    if (m.params === undefined) { replace(paste(m.body)); continue }
    if (pending[pending.length - 1]?.text !== '(') { out.push(t); continue }
    pending.pop()
    const args = takeArguments(pending, t)
    replace(substitute(m, args, lookup, t))
  }
  return out
}

function takeArguments(pending: Token[], at: Token): Token[][] {
  const args: Token[][] = [[]]
  let depth = 1
  for (let t = pending.pop(); t !== undefined; t = pending.pop()) {
    if (t.text === '(' || t.text === '{' || t.text === '[') depth++
    else if (t.text === ')' || t.text === '}' || t.text === ']') { if (--depth === 0) return args }
    if (t.text === ',' && depth === 1) args.push([])
    else args[args.length - 1]!.push(t)
  }
  throw new LiftError('macro call without its closing parenthesis', at, at.text)
}

function substitute(m: Macro, given: Token[][], lookup: MacroLookup, at: Token): Token[] {
  const params = m.params!
  let args = params.length === 0 && given.length === 1 && given[0]!.length === 0 ? [] : given
  if (m.variadic) {
    const fixed = params.length - 1
    const rest = args.slice(fixed).flatMap((a, i) => i === 0 ? a : [{ ...at, kind: 'punct' as const, text: ',' }, ...a])
    args = [...args.slice(0, fixed), rest]
  }
  if (args.length !== params.length) throw new LiftError(`macro ${m.name} takes ${params.length} arguments, ${args.length} given`, at, m.name)
  const expanded: (Token[] | undefined)[] = args.map(() => undefined)
  const index = new Map(params.map((p, i) => [p, i]))
  const out: Token[] = []
  for (let i = 0; i < m.body.length; i++) {
    const b = m.body[i]!
    if (b.text === '#' && m.body[i + 1] !== undefined && index.has(m.body[i + 1]!.text)) {
      const text = spelled(args[index.get(m.body[++i]!.text)!]!)
      out.push({ ...b, kind: 'str', text: JSON.stringify(text) })
      continue
    }
    const p = b.kind === 'id' ? index.get(b.text) : undefined
    if (p === undefined) { out.push(b); continue }
    const pasted = m.body[i + 1]?.text === '##' || (i > 0 && m.body[i - 1]!.text === '##')
    const value = pasted ? args[p]! : (expanded[p] ??= expand(args[p]!, lookup))
    if (value.length === 0 && pasted) out.push({ ...b, kind: 'punct', text: '' }) // placemarker
    else out.push(...value)
  }
  return paste(out)
}

/** `a ## b`; `, ## __VA_ARGS__` with nothing after it drops the comma. */
function paste(tokens: readonly Token[]): Token[] {
  if (!tokens.some((t) => t.text === '##')) return tokens.filter((t) => t.text !== '')
  const out: Token[] = []
  for (let i = 0; i < tokens.length; i++) {
    const t = tokens[i]!
    const left = out[out.length - 1]
    if (t.text !== '##' || left === undefined || tokens[i + 1] === undefined) { out.push(t); continue }
    const right = tokens[++i]!
    if (left.text === ',') { if (right.text === '') out.pop(); else out.push(right); continue }
    const joined = tokenize(left.text + right.text, left.file, left.line)
    if (joined.length > 1) throw new LiftError('## does not make one token', left, left.text + right.text)
    out.pop()
    out.push(joined[0] === undefined ? { ...left, text: '' } : { ...joined[0], space: left.space, bol: false })
  }
  return out.filter((t) => t.text !== '')
}
