/** The smallest witness by counting: where cores are too many. */
import { modelValues } from './ask.js'
import type { Session } from './engine.js'
import type { Cost } from './hitting.js'
import type { Input } from './minimal.js'
import { quote } from './text.js'
import type { Value } from './types.js'
import { bitDefault, equals, toBits, type BitElement } from './variables.js'

type Model = Map<string, Value>
type Down = { kind: 'sat', values: Model, minimal: boolean } | { kind: 'unsat' } | { kind: 'unknown', reason: string }

/**
 * Halves the interval between a proven lower bound and the best model for the settings, then for the bits, then makes the values
 * smallest from the most significant bit down. `session` holds the query. Where a limit comes first: the best model so far.
 */
export function searchDown(session: Session, inputs: readonly Input[], bits: readonly BitElement[], least: Cost, limit: () => void): Down {
  const names = inputs.map((i) => i.name)
  const ask = (condition: string): Model | 'unsat' | 'unknown' => {
    limit()
    const said = session.run(`(push)(assert ${condition})(check-sat)`).trim()
    const answer = said === 'sat' ? modelValues(session, names) : said === 'unsat' ? said : 'unknown'
    session.run('(pop)')
    return answer
  }
  const first = ask('true')
  if (first === 'unsat') return { kind: 'unsat' }
  if (first === 'unknown') return { kind: 'unknown', reason: 'limit reached before a first model' }
  let best = first
  const value = (i: Input): bigint => toBits(best.get(i.name)!)
  /** Fewest true conditions, at least `low`; then holds on to that number. False where a limit came first. */
  const fewest = (conditions: readonly string[], low: number, inBest: () => number): boolean => {
    while (low < inBest()) {
      const middle = low + ((inBest() - low) >> 1)
      const answer = ask(atMost(middle, conditions))
      if (answer === 'unknown') return false
      if (answer === 'unsat') low = middle + 1
      else best = answer
    }
    session.run(`(assert ${atMost(inBest(), conditions)})`)
    return true
  }
  const settings = inputs.filter((i) => i.config === true)
  const off = (b: BitElement): boolean => ((value(b.input) ^ b.input.default) >> BigInt(b.bit) & 1n) === 1n
  const sure = fewest(settings.map((i) => `(not ${equals(i, i.default)})`), least.groups, () => settings.filter((i) => value(i) !== i.default).length)
    && fewest(bits.map((b) => `(not ${bitDefault(b)})`), settings.length === 0 ? least.bits : 0, () => bits.filter(off).length)
    && bits.every((b) => {
      const is = (set: 0 | 1): string => b.input.width === 0 ? (set === 1 ? quote(b.input.name) : `(not ${quote(b.input.name)})`)
        : `(= ((_ extract ${b.bit} ${b.bit}) ${quote(b.input.name)}) #b${set}) `
      const set = (value(b.input) >> BigInt(b.bit) & 1n) === 1n
      const answer = set ? ask(is(0)) : best
      if (answer === 'unknown') return false
      if (answer !== 'unsat') best = answer
      session.run(`(assert ${is(answer === 'unsat' ? 1 : 0)})`)
      return true
    })
  return { kind: 'sat', values: best, minimal: sure }
}

const atMost = (k: number, conditions: readonly string[]): string =>
  k >= conditions.length ? 'true' : k === 0 ? `(not (or false ${conditions.join(' ')}))` : `((_ at-most ${k}) ${conditions.join(' ')})`
