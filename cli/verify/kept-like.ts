/** The invariants that a kernel keeps which differs little from one whose invariants are recorded. */
import type { Kernel } from '../../model/index.js'
import type { Symbolic } from '../../model/tasks/symbolic.js'
import { evaluateAll, type Value } from '../../model/terms/evaluate.js'
import { queryText } from '../../model/terms/smtlib.js'
import type { Bool, Term } from '../../model/terms/term.js'
import type { Oracle } from '../../proofs/oracle.js'
import { inDoubt, readSupports } from '../../proofs/supports.js'
import { parts } from '../../proofs/system/clause.js'
import { initialStates } from '../../proofs/system/initial.js'
import { baseObligations, refuted, stepObligation, systemOf, type Obligation, type System, type Transition } from '../../proofs/system/system.js'
import type { Clause } from '../../proofs/well-formed.js'
import { leaves } from '../../trace/spec.js'
import { specOf } from '../../trace/state.js'

/** The same terms in the same order. */
export const sameTerms = (a: readonly Term[] | undefined, b: readonly Term[] | undefined): boolean => a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((t, i) => t === b[i]))

const AT_ONCE = 3

/**
 * The invariants of a kernel: those of `like`, as long as no event that is another one there breaks one of them. Where one is lost, the
 * largest set without it is found (Houdini): each counterexample takes out every clause that it breaks. Asked again are events that are other
 * ones, and of the others those whose step for some clause rested on one that is gone (proofs/supports.ts; all, where that is not recorded).
 * Throws where the solver gives up.
 */
export async function keptLike(k: Kernel, like: Kernel, clauses: readonly Clause[], oracle: Oracle): Promise<readonly Clause[]> {
  const [now, before] = [systemOf(k), systemOf(like)]
  const kept = new Set(clauses)
  /** The clauses that a counterexample breaks. */
  const broken = async (o: Obligation | undefined, of: () => readonly { clause: Clause, after: Bool }[]): Promise<readonly Clause[]> => {
    if (o === undefined || refuted(o)) return []
    const answer = await oracle.ask({ text: queryText(o.terms) })
    if (answer.kind === 'unknown') throw new Error(`${k.name}, ${o.at}: ${answer.reason}`)
    if (answer.kind === 'unsat') return []
    const env = (name: string, width: number): Value => answer.model.get(name) ?? (width === 0 ? false : 0n)
    const said = of()
    const truths = evaluateAll(said.map((c) => c.after), env)
    const lost = said.filter((_, i) => truths[i] === false).map((c) => c.clause)
    if (lost.length === 0) throw new Error(`${k.name}, ${o.at}: a counterexample that breaks no clause`)
    return lost
  }
  const [base, baseBefore] = [baseObligations(k, clauses), baseObligations(like, clauses)]
  const initial = initialStates(k)
  await Promise.all(base.map(async (o, i) => {
    if (sameTerms(o.terms, baseBefore[i]?.terms)) return
    const { config, state } = initial[i]!
    for (const c of await broken(o, () => clauses.map((clause) => ({ clause, after: clause.holds(k, config, state) })))) kept.delete(c)
  }))

  const alike = clauses.every((c) => sameTerms(parts(c, k, now.config, now.before), parts(c, like, before.config, before.before)))
  const supports = alike ? readSupports(like, clauses) : undefined
  const same = new Set(now.transitions.filter((t, i) => alike && sameEvent(now, t, before, before.transitions[i]!)))
  /** What has to be asked of an event, with what is kept now. */
  const open = (t: Transition): readonly Clause[] => !same.has(t) ? [...kept] : supports !== undefined ? inDoubt(supports, t.name, kept) : kept.size === clauses.length ? [] : [...kept]
  const asking = new Set<Transition>()
  let running: Promise<unknown>[] = []
  /** By event: how many clauses were kept when it was last found to break none. */
  const settled = new Map<Transition, number>()
  const due = (t: Transition): boolean => !asking.has(t) && settled.get(t) !== kept.size && open(t).length > 0
  const ask = async (t: Transition): Promise<void> => {
    const assumed = [...kept]
    const lost = await broken(stepObligation(now, t, assumed, open(t)), () => assumed.map((clause) => ({ clause, after: clause.holds(k, now.config, t.after) })))
    for (const c of lost) kept.delete(c)
    if (lost.length === 0) settled.set(t, assumed.length)
  }
  // events that are other ones come first; then those that what they lose puts in doubt; only when nothing more is lost by these, the former again
  const next = (): Transition | undefined => now.transitions.find((t) => due(t) && !same.has(t) && !settled.has(t)) ?? now.transitions.find((t) => due(t) && same.has(t)) ?? (asking.size > 0 && [...asking].some((t) => same.has(t) || !settled.has(t)) ? undefined : now.transitions.find(due))
  for (;;) {
    const t = asking.size < AT_ONCE ? next() : undefined
    if (t === undefined && running.length === 0) return clauses.filter((c) => kept.has(c))
    if (t === undefined) { await Promise.race(running); continue }
    asking.add(t)
    const one: Promise<unknown> = ask(t).finally(() => { asking.delete(t); running = running.filter((r) => r !== one) })
    running.push(one)
  }
}

/** Is an event possible in the same states, and does it lead to the same ones? */
function sameEvent(a: System, x: Transition, b: System, y: Transition): boolean {
  if (x.enabled !== y.enabled) return false
  const terms = (s: System, t: Transition): Term[] => leaves<ReturnType<typeof specOf>, Symbolic>(specOf(s.before), t.after as never).map((l) => l.value as Term)
  return sameTerms(terms(a, x), terms(b, y))
}
