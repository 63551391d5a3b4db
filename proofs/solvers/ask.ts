/** One query on the embedded engine. */
import { Session, type Engine } from './engine.js'
import { sexps } from '../../model/terms/parse.js'
import { declarations, printedValues, quote } from './text.js'
import type { Query, Verdict } from './types.js'

/** Decides a query in a fresh context. Time limits are the caller's: it ends the thread. */
export function askEngine(engine: Engine, query: Query): Verdict {
  const session = new Session(engine)
  try {
    session.limit(query.rlimit ?? 0)
    const said = session.run(`${query.text}(check-sat)`).trim()
    if (said === 'unsat') return { kind: 'unsat' }
    if (said !== 'sat') return { kind: 'unknown', reason: why(session, said) }
    const names = query.values ?? declarations(query.text).map((d) => d.name)
    return { kind: 'sat', model: modelValues(session, names) }
  } finally { session.close() }
}

/** The values of variables after an answer `sat`. */
export function modelValues(session: Session, names: readonly string[]): ReturnType<typeof printedValues> {
  if (names.length === 0) return new Map()
  const [printed] = sexps(session.run(`(get-value (${names.map(quote).join(' ')}))`))
  return printedValues(printed ?? 'nothing')
}

/** Why a check said neither sat nor unsat. */
export function why(session: Session, said: string): string {
  if (said !== 'unknown') return said.replace(/\s+/g, ' ')
  const [info] = sexps(session.run('(get-info :reason-unknown)'))
  return Array.isArray(info) && typeof info[1] === 'string' ? info[1].replace(/^"|"$/g, '') : 'no reason given'
}
