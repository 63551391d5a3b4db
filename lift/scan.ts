/** One file: its directives judged by the configuration, and what it defines at top level. */
import type { Token } from './lexer.js'
import { spelled, tokenize } from './lexer.js'
import { evaluateCondition, literal } from './condition.js'
import type { Config } from './config.js'

export interface Macro {
  readonly name: string
  /** undefined: object-like */
  readonly params: readonly string[] | undefined
  readonly variadic: boolean
  readonly body: readonly Token[]
}
/** `weak`: stands under `#ifndef X` for an X other than an include guard: another definition goes first. `unknown`: stands under a condition nobody could judge. */
export interface Definition {
  readonly kind: 'macro' | 'function' | 'prototype' | 'record' | 'enum' | 'typedef' | 'variable'
  readonly name: string
  readonly file: string
  readonly line: number
  readonly tokens: readonly Token[]
  readonly macro?: Macro
  readonly weak: boolean
  readonly unknown: string | undefined
}
export interface Scanned {
  readonly path: string
  /** Keyed by kind and name, `function el0_svc_common`, `record struct pt_regs`. */
  readonly definitions: ReadonlyMap<string, Definition[]>
  /** Options asked for by the file's conditions. */
  readonly options: ReadonlySet<string>
}

interface Region { taken: boolean, active: boolean, parent: boolean, weak: boolean, unknown: string | undefined }

export function scan(path: string, text: string, config: Config, elsewhere: (name: string) => boolean = () => false): Scanned {
  const tokens = tokenize(text, path)
  const definitions = new Map<string, Definition[]>()
  const options = new Set<string>()
  const macros = new Map<string, Macro>()
  const add = (d: Definition): void => {
    const key = `${d.kind} ${d.name}`
    const list = definitions.get(key)
    if (list === undefined) definitions.set(key, [d])
    else list.push(d)
  }
  const stack: Region[] = []
  const isActive = (): boolean => stack.every((r) => r.active)
  const mark = (): { weak: boolean, unknown: string | undefined } => ({ weak: stack.some((r) => r.weak), unknown: stack.find((r) => r.unknown !== undefined)?.unknown })
  const guard = includeGuard(tokens)
  const ctx = {
    config,
    defined: (n: string): boolean => macros.has(n),
    elsewhere: (n: string): boolean => n !== guard && elsewhere(n),
    number: (n: string): bigint | undefined => {
      const m = macros.get(n)
      return m !== undefined && m.params === undefined && m.body.length === 1 ? literal(m.body[0]!.text) : undefined
    },
    asked: (o: string): void => { options.add(o) },
  }
  const judge = (line: readonly Token[]): { on: boolean, weak: boolean, unknown: string | undefined } => {
    const t = evaluateCondition(line, ctx)
    const weak = t.value !== undefined && t.value !== 0n && t.absent.some((n) => n !== guard && !n.startsWith('__ASSEMBL') && n !== '__GENKSYMS__' && n !== 'MODULE' && !n.startsWith('__KVM_') && !n.startsWith('BUILD_') && n !== 'LINKER_SCRIPT')
    return { on: t.value === undefined || t.value !== 0n, weak, unknown: t.value === undefined ? t.why : undefined }
  }
  const live: { token: Token, weak: boolean, unknown: string | undefined }[] = []
  for (let i = 0; i < tokens.length;) {
    const t = tokens[i]!
    if (!(t.bol && t.text === '#')) {
      if (isActive()) { const m = mark(); live.push({ token: t, ...m }) }
      i++
      continue
    }
    let end = i + 1
    while (end < tokens.length && !tokens[end]!.bol) end++
    const name = tokens[i + 1]?.text ?? ''
    const rest = tokens.slice(i + 2, end)
    i = end
    switch (name) {
      case 'if': case 'ifdef': case 'ifndef': {
        const parent = isActive()
        if (!parent) { stack.push({ taken: true, active: false, parent, weak: false, unknown: undefined }); break }
        const fake = (op: string): Token[] => op === '' ? [...rest] : [...(op === '!' ? [{ ...t, text: '!', kind: 'punct' as const }] : []), { ...t, text: 'defined', kind: 'id' as const }, ...rest.slice(0, 1)]
        const j = judge(fake(name === 'if' ? '' : name === 'ifdef' ? '+' : '!'))
        stack.push({ taken: j.on && j.unknown === undefined, active: j.on, parent, weak: j.weak, unknown: j.unknown })
        break
      }
      case 'elif': case 'else': {
        const top = stack[stack.length - 1]
        if (top === undefined || !top.parent) break
        if (top.taken) { top.active = false; break }
        const before = top.unknown
        const j = name === 'else' ? { on: true, weak: false, unknown: undefined } : judge(rest)
        top.active = j.on
        top.weak = j.weak
        top.unknown = j.unknown ?? before
        if (j.on && j.unknown === undefined) top.taken = true
        break
      }
      case 'endif': stack.pop(); break
      case 'define': {
        if (!isActive() || rest[0] === undefined) break
        const macro = parseMacro(rest)
        macros.set(macro.name, macro)
        add({ kind: 'macro', name: macro.name, file: path, line: t.line, tokens: rest, macro, ...mark() })
        break
      }
      case 'undef':
        if (isActive() && rest[0] !== undefined) { macros.delete(rest[0].text); definitions.delete(`macro ${rest[0].text}`) }
        break
      default:
    }
  }
  for (const d of topLevel(path, live)) add(d)
  return { path, definitions, options }
}

/** `#ifndef X` as the first directive of a file, followed by `#define X`. */
function includeGuard(tokens: readonly Token[]): string | undefined {
  const first = tokens.findIndex((t) => t.bol && t.text === '#')
  const [a, b, h, d, e] = tokens.slice(first + 1, first + 6)
  return first >= 0 && a?.text === 'ifndef' && h?.text === '#' && d?.text === 'define' && b?.text === e?.text ? b?.text : undefined
}

function parseMacro(rest: readonly Token[]): Macro {
  const name = rest[0]!.text
  if (rest[1]?.text !== '(' || rest[1].space) return { name, params: undefined, variadic: false, body: rest.slice(1) }
  const close = rest.findIndex((t) => t.text === ')')
  const inside = rest.slice(2, close).filter((t) => t.text !== ',')
  const variadic = inside.some((t) => t.text === '...')
  const params = inside.filter((t) => t.text !== '...').map((t) => t.text)
  // `args...` names the rest itself
  const named = variadic && inside.length >= 2 && rest[close - 2]?.kind === 'id'
  return { name, params: variadic && !named ? [...params, '__VA_ARGS__'] : params, variadic, body: rest.slice(close + 1) }
}

const notFunctions = new Set(['__attribute__', '__printf', '__scanf', '__acquires', '__releases', '__must_hold', '__aligned', '__section', '__cpuidle', '__alloc_size', 'if', 'while', 'for', 'switch', '__no_sanitize', '__diag_ignore'])

function* topLevel(path: string, live: readonly { token: Token, weak: boolean, unknown: string | undefined }[]): Generator<Definition> {
  let start = 0
  let round = 0
  let curly = 0
  let body = -1
  for (let i = 0; i < live.length; i++) {
    const text = live[i]!.token.text
    if (text === '(' || text === '[') round++
    else if (text === ')' || text === ']') round--
    else if (text === '{') { if (curly++ === 0 && round === 0 && body < 0) body = i }
    else if (text === '}') {
      curly = Math.max(0, curly - 1)
      if (curly === 0 && round === 0) {
        const item = live.slice(start, i + 1)
        if (isFunction(item, body - start)) { yield* define(path, item, body - start); start = i + 1; body = -1 }
      }
    } else if (text === ';' && curly === 0 && round === 0) {
      yield* define(path, live.slice(start, i + 1), body < 0 ? -1 : body - start)
      start = i + 1
      body = -1
    }
  }
}

type Live = readonly { token: Token, weak: boolean, unknown: string | undefined }[]
function isFunction(item: Live, body: number): boolean {
  if (body <= 0) return false
  const head = item.slice(0, body).map((x) => x.token.text)
  return head.includes('(') && !head.includes('=') && !head.includes('typedef') && !(['struct', 'union', 'enum'].includes(head[0]!) && body <= 2) && head[body - 1] !== 'enum'
}

function* define(path: string, item: Live, body: number): Generator<Definition> {
  const tokens = item.map((x) => x.token)
  const head = body >= 0 ? tokens.slice(0, body) : tokens
  const weak = item.some((x) => x.weak)
  const unknown = item.find((x) => x.unknown !== undefined)?.unknown
  const make = (kind: Definition['kind'], name: string, line = tokens[0]!.line, ts = tokens): Definition => ({ kind, name, file: path, line, tokens: ts, weak, unknown })
  if (body >= 0 && isFunction(item, body)) {
    const name = functionName(head)
    if (name !== undefined) yield make('function', name.name, name.line)
    return
  }
  if (tokens.length < 2) return
  if (body < 0 && tokens[0]!.text !== 'typedef' && !tokens.some((t) => t.text === '=')) {
    const name = tokens.some((t) => t.text === '(') ? functionName(tokens.slice(0, -1), true) : undefined
    if (name !== undefined) yield make('prototype', name.name, name.line)
  }
  if (tokens[0]!.text === 'extern') return
  // records and enumerations with a body, wherever they stand in the item
  for (let i = 0; i + 1 < tokens.length; i++) {
    const word = tokens[i]!.text
    if (word !== 'struct' && word !== 'union' && word !== 'enum') continue
    let open = i + 1
    while (open < tokens.length && tokens[open]!.text !== '{' && tokens[open]!.text !== ';' && open < i + 4) open++
    if (tokens[open]?.text !== '{') continue
    const tag = tokens[i + 1]!.kind === 'id' ? tokens[i + 1]!.text : undefined
    const end = matching(tokens, open)
    if (word === 'enum') yield make('enum', tag ?? `@${tokens[i]!.line}`, tokens[i]!.line, tokens.slice(i, end + 1))
    else if (tag !== undefined) {
      let stop = end + 1 // attributes that follow
      if (tokens[stop]?.text === '__attribute__' && tokens[stop + 1]?.text === '(') stop = matching(tokens, stop + 1) + 1
      yield make('record', `${word} ${tag}`, tokens[i]!.line, tokens.slice(i, stop))
    }
    if (word === 'enum') i = end
  }
  if (tokens[0]!.text === 'typedef') {
    const name = typedefName(tokens)
    if (name !== undefined) yield make('typedef', name)
    return
  }
  const eq = tokens.findIndex((t) => t.text === '=')
  if (eq > 0) {
    const name = tokens.slice(0, eq).filter((t) => t.kind === 'id' && t.text !== '__ro_after_init' && t.text !== '__read_mostly').at(-1)
    if (name !== undefined) yield make('variable', name.text, name.line)
  }
}

export function matching(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let i = open; i < tokens.length; i++) {
    const t = tokens[i]!.text
    if (t === '(' || t === '{' || t === '[') depth++
    else if (t === ')' || t === '}' || t === ']') { if (--depth === 0) return i }
  }
  return tokens.length - 1
}

/** The last name before a parenthesis at depth 0. SYSCALL_DEFINEn(name, …) defines `sys_name`, COMPAT_SYSCALL_DEFINEn `compat_sys_name`. */
function functionName(head: readonly Token[], first = false): { name: string, line: number } | undefined {
  let found: { name: string, line: number } | undefined
  for (let i = 0; i + 1 < head.length; i++) {
    const t = head[i]!
    if (t.kind === 'id' && head[i + 1]!.text === '(' && !notFunctions.has(t.text)) {
      const sys = /^(COMPAT_)?SYSCALL(32)?_DEFINE(\d)$/.exec(t.text)
      found = sys !== null ? { name: `${sys[1] !== undefined || sys[2] !== undefined ? 'compat_' : ''}sys_${head[i + 2]?.text ?? ''}`, line: t.line } : { name: t.text, line: t.line }
    }
    if (first && found !== undefined) return found
    if (head[i + 1]!.text === '(') i = matching(head, i + 1)
  }
  return found
}

function typedefName(tokens: readonly Token[]): string | undefined {
  // (*name)(…) or the last identifier before ; or [
  for (let i = 0; i + 2 < tokens.length; i++) if (tokens[i]!.text === '(' && tokens[i + 1]!.text === '*' && tokens[i + 2]!.kind === 'id' && tokens[i + 3]?.text === ')') return tokens[i + 2]!.text
  for (let i = tokens.length - 1; i > 0; i--) {
    if (tokens[i]!.text === ']') { while (i > 0 && tokens[i]!.text !== '[') i--; continue }
    if (tokens[i]!.text === ')') { let d = 0; do { if (tokens[i]!.text === ')') d++; else if (tokens[i]!.text === '(') d--; i-- } while (d > 0 && i > 0); i++; continue }
    if (tokens[i]!.kind === 'id' && tokens[i]!.text !== '__attribute__') return tokens[i]!.text
  }
  return undefined
}

/** Hash input of a definition: its token stream without places. */
export const tokenText = (d: Definition): string => spelled(d.tokens.map((t) => ({ ...t, space: true })))
