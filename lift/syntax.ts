/** Syntax trees: tree-sitter's, copied once into plain objects, each node with its place in the source. */
import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { Language, Parser, type TreeCursor } from 'web-tree-sitter'
import { limits, LiftError, type Place } from './errors.js'
import type { Token } from './lexer.js'

export interface Node {
  readonly type: string
  /** Name of the field it is in its parent, or ''. */
  readonly field: string
  readonly named: boolean
  readonly text: string
  readonly place: Place
  readonly children: readonly Node[]
}
export interface CParser { parse(tokens: readonly Token[]): Node }

let ready: Promise<CParser> | undefined
/** Loads the wasm grammar (once, ~50 ms). */
export function cParser(): Promise<CParser> {
  ready ??= load()
  return ready
}
async function load(): Promise<CParser> {
  const require = createRequire(import.meta.url)
  await Parser.init()
  const language = await Language.load(new Uint8Array(await readFile(require.resolve('tree-sitter-c/tree-sitter-c.wasm'))))
  const parser = new Parser()
  parser.setLanguage(language)
  return { parse: (tokens) => parse(parser, tokens) }
}

function parse(parser: Parser, tokens: readonly Token[]): Node {
  const starts: number[] = []
  let text = ''
  let depth = 0
  for (const t of tokens) {
    if (t.text === '(' || t.text === '{' || t.text === '[') depth++
    else if (t.text === ')' || t.text === '}' || t.text === ']') depth--
    if (depth > limits.nesting) throw new LiftError('nested too deeply', t, t.text)
    starts.push(text.length)
    text += t.text + ' '
  }
  const where = (offset: number): Place => {
    let lo = 0
    let hi = starts.length - 1
    while (lo < hi) { const mid = (lo + hi + 1) >> 1; if (starts[mid]! <= offset) lo = mid; else hi = mid - 1 }
    const t = tokens[lo]
    return { file: t?.file ?? '', line: t?.line ?? 0 }
  }
  const tree = parser.parse(text)
  if (tree === null) throw new LiftError('parser gave up', where(0), text)
  try {
    const cursor = tree.walk()
    const root = copy(cursor, text, where, 0)
    cursor.delete()
    return root
  } finally { tree.delete() }
}

function copy(c: TreeCursor, text: string, where: (offset: number) => Place, depth: number): Node {
  const start = c.startIndex
  const node = { type: c.nodeType, field: c.currentFieldName ?? '', named: c.nodeIsNamed, text: text.slice(start, c.endIndex), place: where(start), children: [] as Node[] }
  if (node.type === 'ERROR' || c.nodeIsMissing) throw new LiftError('not understood as C', node.place, node.text)
  if (depth > limits.nesting * 8) throw new LiftError('nested too deeply', node.place, node.text)
  if (c.gotoFirstChild()) {
    do node.children.push(copy(c, text, where, depth + 1)); while (c.gotoNextSibling())
    c.gotoParent()
  }
  return node
}

export const child = (n: Node, field: string): Node | undefined => n.children.find((c) => c.field === field)
export const named = (n: Node): readonly Node[] => n.children.filter((c) => c.named && c.type !== 'comment')
/** The child in that field; throws where the construct is incomplete. */
export function need(n: Node, field: string): Node {
  const c = child(n, field)
  if (c === undefined) throw new LiftError(`${n.type} without ${field}`, n.place, n.text)
  return c
}
