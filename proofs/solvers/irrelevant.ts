/** Which inputs of a witness do not matter. */
import { Session, type Engine } from './engine.js'
import type { Input } from './minimal.js'
import { assertions } from './text.js'
import type { Value } from './types.js'
import { equals, toBits } from './variables.js'

/**
 * The inputs of which every value still gives the witness, all others kept. Each is decided: is there a value of it alone that
 * makes the query false? Undefined where a limit came first.
 */
export function irrelevantInputs(
  engine: Engine, text: string, inputs: readonly Input[], model: ReadonlyMap<string, Value>, limit: (s: Session) => void,
): string[] | undefined {
  const session = new Session(engine)
  try {
    const { head, bodies } = assertions(text)
    session.run(`${head}\n(assert (not (and true ${bodies.join('\n')})))`)
    let p = 'k!'
    while (inputs.some((i) => i.name.startsWith(p))) p += '!'
    session.run(inputs.map((i, n) => `(declare-const ${p}${n} Bool)(assert (=> ${p}${n} ${equals(i, toBits(model.get(i.name)!))}))`).join('\n'))
    const found: string[] = []
    for (const [n, input] of inputs.entries()) {
      limit(session)
      const said = session.run(`(check-sat-assuming (${inputs.flatMap((_, m) => m === n ? [] : [`${p}${m}`]).join(' ')}))`).trim()
      if (said === 'unsat') found.push(input.name)
      else if (said !== 'sat') return undefined
    }
    return found
  } finally { session.close() }
}
