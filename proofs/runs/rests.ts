/** Which clauses a verdict about all runs needs: a smallest set (no clause of it can be left out) with which every one of its queries is still refuted. */
import { queryText } from '../../model/terms/smtlib.js'
import type { Decision, Questions } from '../decide.js'
import type { Oracle } from '../oracle.js'
import { assertions } from '../query.js'

export async function neededClauses(d: Decision, oracle: Oracle, questions: Questions, limits: { timeoutMs?: number } = {}): Promise<string[]> {
  // a situation that is refuted takes the claim with it
  const queries = d.asked.filter((a) => a.answer === 'unsat' && (d.verdict === 'vacuous' ? a.goal === 'situation' : a.goal !== 'situation')).map((a) => ({ q: questions.get(a.of, d.kernel), goal: a.goal }))
  const all = [...new Set(queries.flatMap(({ q }) => q.wellFormed.map((c) => c.name)))]
  const suffice = async (names: readonly string[]): Promise<boolean> => {
    const only = new Set(names)
    for (const [i, { q, goal }] of queries.entries()) {
      const terms = assertions(q, d.claim, d.userspace, goal, undefined, only)
      if (terms.some((t) => t.op === 'false')) continue
      const { kind } = await oracle.ask({ text: queryText(terms), values: [], ...limits })
      if (kind === 'unsat') continue
      // what failed is the first to be asked next time
      queries.unshift(...queries.splice(i, 1))
      return false
    }
    return true
  }
  /** Of `some`, those that are needed beside `fixed` (QuickXplain). */
  const needed = async (fixed: readonly string[], some: readonly string[], changed: boolean): Promise<string[]> => {
    if (changed && await suffice(fixed)) return []
    if (some.length <= 1) return [...some]
    const [low, high] = [some.slice(0, some.length >> 1), some.slice(some.length >> 1)]
    const second = await needed([...fixed, ...low], high, low.length > 0)
    const first = await needed([...fixed, ...second], low, second.length > 0)
    return [...first, ...second]
  }
  if (await suffice([])) return []
  const found = new Set(await needed([], all, false))
  return all.filter((n) => found.has(n))
}
