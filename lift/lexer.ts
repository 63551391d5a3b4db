/** C tokens with their places. Comments and line continuations are dropped. Written by hand: it sees a megabyte of headers. */
import { LiftError, limits } from './errors.js'

export type TokenKind = 'id' | 'num' | 'str' | 'chr' | 'punct'
export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly file: string
  readonly line: number
  /** White space stands before it (a function-like macro's definition, and stringising, ask). */
  readonly space: boolean
  /** First token of a logical line. */
  readonly bol: boolean
  /** Macros that must not be expanded again in it. */
  readonly hide?: ReadonlySet<string> | undefined
}

const three = new Set(['...', '<<=', '>>='])
const two = new Set(['->', '++', '--', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '##'])
const wordStart = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c === 36
const digit = (c: number): boolean => c >= 48 && c <= 57

/** The tokens of `text`. Throws `LiftError` on more than `limits.fileBytes`. */
export function tokenize(text: string, file: string, firstLine = 1): Token[] {
  if (text.length > limits.fileBytes) throw new LiftError('file is too long', { file, line: 1 }, `${text.length} characters`)
  const out: Token[] = []
  const n = text.length
  let line = firstLine
  let space = false
  let bol = true
  let i = 0
  const lines = (from: number, to: number): void => { for (let k = from; k < to; k++) if (text.charCodeAt(k) === 10) line++ }
  while (i < n) {
    const c = text.charCodeAt(i)
    if (c === 10) { line++; bol = true; space = true; i++; continue }
    if (c === 32 || c === 9 || c === 13 || c === 12 || c === 11) { space = true; i++; continue }
    const d = text.charCodeAt(i + 1)
    if (c === 92 && (d === 10 || (d === 13 && text.charCodeAt(i + 2) === 10))) { i += d === 10 ? 2 : 3; line++; space = true; continue }
    if (c === 47 && d === 42) {
      const end = text.indexOf('*/', i + 2)
      const stop = end < 0 ? n : end + 2
      lines(i, stop)
      i = stop
      space = true
      continue
    }
    if (c === 47 && d === 47) { while (i < n && text.charCodeAt(i) !== 10) i++; space = true; continue }
    const start = i
    let kind: TokenKind = 'punct'
    if (wordStart(c)) {
      do i++; while (i < n && (wordStart(text.charCodeAt(i)) || digit(text.charCodeAt(i))))
      kind = 'id'
    } else if (digit(c) || (c === 46 && digit(d))) {
      i++
      while (i < n) {
        const e = text.charCodeAt(i)
        const before = text.charCodeAt(i - 1) | 32
        if (wordStart(e) || digit(e) || e === 46 || ((e === 43 || e === 45) && (before === 101 || before === 112) && !/^0x/i.test(text.slice(start, start + 2)))) i++
        else break
      }
      kind = 'num'
    } else if (c === 34 || c === 39) {
      i++
      while (i < n && text.charCodeAt(i) !== c && text.charCodeAt(i) !== 10) i += text.charCodeAt(i) === 92 ? 2 : 1
      i = Math.min(i + 1, n)
      kind = c === 34 ? 'str' : 'chr'
    } else if (three.has(text.slice(i, i + 3))) i += 3
    else i += two.has(text.slice(i, i + 2)) ? 2 : 1
    out.push({ kind, text: text.slice(start, i), file, line, space, bol, hide: undefined })
    space = false
    bol = false
  }
  return out
}

/** The text again, one blank where there was any. */
export const spelled = (tokens: readonly Token[]): string => tokens.map((t, i) => (i > 0 && t.space ? ' ' : '') + t.text).join('')
