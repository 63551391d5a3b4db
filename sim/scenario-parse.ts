/** A scenario file: YAML, checked; every error says the line. */
import { LineCounter, isMap, isNode, isScalar, parseDocument, type Document } from 'yaml'
import { UsageError } from '../trace/errors.js'
import { oneLine } from '../trace/issue.js'
import { scenarioSchema, type ScenarioFile } from './scenario-schema.js'

export interface Scenario {
  readonly file: string
  readonly content: ScenarioFile
  /** the line of each step, from 1 */
  readonly lines: readonly number[]
}

/** Throws `E_SCENARIO` with `file:line: what is wrong`. */
export function parseScenario(text: string, file: string): Scenario {
  const counter = new LineCounter()
  const doc = parseDocument(text, { intAsBigInt: true, lineCounter: counter, prettyErrors: false, strict: true, uniqueKeys: true })
  const broken = doc.errors[0]
  if (broken !== undefined) throw fail(file, counter.linePos(broken.pos[0]).line, broken.message)
  let raw: unknown
  try { raw = doc.toJS({ maxAliasCount: 50 }) } catch (e) { throw fail(file, 1, e instanceof Error ? e.message : String(e)) }
  const lineOf = (path: readonly PropertyKey[]): number => line(doc, counter, path)
  const result = scenarioSchema.safeParse(raw)
  if (!result.success) throw fail(file, lineOf(result.error.issues[0]?.path ?? []), oneLine(result.error))
  const content = result.data
  const lines = content.steps.map((_, i) => lineOf(['steps', i]))
  content.steps.forEach((step, i) => {
    const actors = ['A', 'B', 'C', 'D', 'see', 'unchanged', 'mark'].filter((k) => step[k as keyof typeof step] !== undefined)
    if (actors.length !== 1) throw fail(file, lines[i]!, `a step is one of A, B, C, D (who does something), see, unchanged, mark; here are ${actors.length === 0 ? 'none' : actors.join(' and ')}`)
  })
  if (content.tasks.A === undefined) throw fail(file, lineOf(['tasks']), 'there is no task A')
  return { file, content, lines }
}

export const fail = (file: string, at: number, message: string): UsageError => new UsageError('E_SCENARIO', `${file}:${at}: ${message}`)

/** The line of the innermost node on the path that there is. */
function line(doc: Document, counter: LineCounter, path: readonly PropertyKey[]): number {
  for (let n = path.length; n >= 0; n--) {
    const at = path.slice(0, n)
    const parent = n > 0 ? doc.getIn(at.slice(0, -1), true) : undefined
    const key = isMap(parent) ? parent.items.find((p) => isScalar(p.key) && p.key.value === at.at(-1))?.key : undefined
    const node = key ?? (n === 0 ? doc.contents : doc.getIn(at, true))
    if (isNode(node) && node.range) return counter.linePos(node.range[0]).line
  }
  return 1
}
