/** `#if` expressions: three-valued, because a header may ask for what this tree does not say. */
import type { Token } from './lexer.js'
import { predefined, type Config } from './config.js'

/** undefined: it depends on something unknown (named in `why`). */
export interface Truth { readonly value: bigint | undefined, readonly why: string, /** macros taken to be undefined */ readonly absent: readonly string[] }

export interface ConditionContext {
  readonly config: Config
  /** Is a macro of that name defined so far in this file? */
  defined(name: string): boolean
  /** Does the architecture define a macro of that name in another header? */
  elsewhere(name: string): boolean
  /** Replacement of an object-like macro of this file that is one number. */
  number(name: string): bigint | undefined
  /** The option was asked for. */
  asked(option: string): void
}

/** Value of an integer literal of C, or undefined. */
export function literal(text: string): bigint | undefined {
  const m = /^(0[xX][\da-fA-F]+|0[bB][01]+|\d+)([uUlL]*)$/.exec(text)
  if (m === null) return undefined
  const digits = m[1]!
  return BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits)
}

const prec: Record<string, number> = { '||': 1, '&&': 2, '|': 3, '^': 4, '&': 5, '==': 6, '!=': 6, '<': 7, '>': 7, '<=': 7, '>=': 7, '<<': 8, '>>': 8, '+': 9, '-': 9, '*': 10, '/': 10, '%': 10 }

export function evaluateCondition(tokens: readonly Token[], ctx: ConditionContext): Truth {
  let at = 0
  const absent: string[] = []
  let why = ''
  const peek = (): string => tokens[at]?.text ?? ''
  const unknown = (what: string): undefined => { why ||= what; return undefined }
  const option = (name: string): string | undefined => { ctx.asked(name); return ctx.config.get(name) }
  function isDefined(name: string): bigint {
    if (name.startsWith('CONFIG_')) return option(name.replace(/_MODULE$/, '')) !== undefined && !name.endsWith('_MODULE') ? 1n : 0n
    if (predefined.has(name) || ctx.defined(name) || ctx.elsewhere(name)) return 1n
    absent.push(name)
    return 0n
  }
  function argument(): string {
    const paren = peek() === '('
    if (paren) at++
    const name = tokens[at++]?.text ?? ''
    if (paren) at++
    return name
  }
  function primary(depth: number): bigint | undefined {
    if (depth > 60) return unknown('too deep')
    const t = tokens[at++]
    if (t === undefined) return unknown('end of line')
    if (t.text === '!') { const v = primary(depth + 1); return v === undefined ? undefined : v === 0n ? 1n : 0n }
    if (t.text === '-') { const v = primary(depth + 1); return v === undefined ? undefined : -v }
    if (t.text === '~') { const v = primary(depth + 1); return v === undefined ? undefined : ~v }
    if (t.text === '(') { const v = binary(1, depth + 1); at++; return v }
    if (t.kind === 'num') return literal(t.text) ?? unknown(t.text)
    if (t.text === 'defined') return isDefined(argument())
    if (t.text === 'IS_ENABLED' || t.text === 'IS_BUILTIN' || t.text === 'IS_REACHABLE') return option(argument()) === '1' ? 1n : 0n
    if (t.text === 'IS_MODULE') { argument(); return 0n }
    if (t.kind === 'id' && peek() !== '(') {
      if (t.text.startsWith('CONFIG_')) return BigInt(option(t.text) ?? 0)
      return ctx.number(t.text) ?? (predefined.has(t.text) ? BigInt(predefined.get(t.text)!) : unknown(t.text))
    }
    if (t.kind === 'id') { // a function-like macro: skip its argument
      let d = 0
      do { if (peek() === '(') d++; else if (peek() === ')') d--; at++ } while (d > 0 && at < tokens.length)
    }
    return unknown(t.text)
  }
  function binary(min: number, depth: number): bigint | undefined {
    if (depth > 60) return unknown('too deep')
    let left = primary(depth)
    for (let p = prec[peek()]; p !== undefined && p >= min; p = prec[peek()]) {
      const op = tokens[at++]!.text
      const right = binary(p + 1, depth + 1)
      left = combine(op, left, right)
    }
    return left
  }
  const value = binary(1, 0)
  return { value, why, absent }
}

function combine(op: string, a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  const truth = (c: boolean): bigint => c ? 1n : 0n
  if (op === '&&') return a === 0n || b === 0n ? 0n : a === undefined || b === undefined ? undefined : 1n
  if (op === '||') return (a !== undefined && a !== 0n) || (b !== undefined && b !== 0n) ? 1n : a === undefined || b === undefined ? undefined : 0n
  if (a === undefined || b === undefined) return undefined
  switch (op) {
    case '|': return a | b
    case '^': return a ^ b
    case '&': return a & b
    case '==': return truth(a === b)
    case '!=': return truth(a !== b)
    case '<': return truth(a < b)
    case '>': return truth(a > b)
    case '<=': return truth(a <= b)
    case '>=': return truth(a >= b)
    case '<<': return b < 0n || b > 64n ? undefined : a << b
    case '>>': return b < 0n || b > 64n ? undefined : a >> b
    case '+': return a + b
    case '-': return a - b
    case '*': return a * b
    case '/': return b === 0n ? undefined : a / b
    case '%': return b === 0n ? undefined : a % b
    default: return undefined
  }
}
