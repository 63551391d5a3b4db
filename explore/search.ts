/** One probe on one kernel: every way in which the principle is broken there, each with its smallest witness. */
import { bool, boolVar, bv, eq, not } from '../model/terms/build.js'
import { evaluateAll } from '../model/terms/evaluate.js'
import { propagate } from '../model/terms/propagate.js'
import type { Bool, BV, Term } from '../model/terms/term.js'
import type { Kernel } from '../model/index.js'
import type { Claim, Shape } from '../proofs/claim.js'
import { fromExec } from '../proofs/prefix.js'
import { defaults, question, type KeptClauses, type Question } from '../proofs/query.js'
import { variableName } from '../proofs/run.js'
import { tracesOf } from '../proofs/witness.js'
import { userPath } from '../trace/events.js'
import { leaves } from '../trace/spec.js'
import { defaultConfig, specOf, type Config } from '../trace/state.js'
import type { Trace } from '../trace/trace.js'
import type { Decided, Known, Model } from './decided.js'
import { Finder, type Env } from './find.js'
import type { Aspect, Principle, Probe } from './principle.js'
import { smaller } from './smaller.js'

export interface Violation {
  readonly principle: Principle
  readonly probe: Probe
  readonly kernel: Kernel
  /** the fields that the witness shows */
  readonly fields: readonly string[]
  /** conditions without which it does not happen */
  readonly needs: readonly string[]
  /** the runs of the witness: found when first asked for */
  readonly traces: () => Promise<readonly Trace[]>
}
export interface Searched { readonly violations: readonly Violation[], /** why not everything is decided */ readonly unknown: readonly string[] }

export interface SearchOptions {
  readonly kept: KeptClauses
  readonly timeoutMs: number
  /** causes that one probe may have */
  readonly most: number
}

/** The shape that proofs/ knows for a probe. */
function shapeOf(p: Probe): Shape {
  return {
    name: `${p.event} (${p.variant})`, tasks: p.tasks, script: p.script, ...p.second === undefined ? {} : { second: p.second },
    situation: (r) => p.situation?.(r) ?? bool(true), property: () => bool(true),
  }
}
const claimOf = (p: Principle): Claim => ({
  id: `explore/${p.name}`, quantifier: 'forall', sentence: p.sentence, whose: 'project', source: 'explore/', inWords: { situation: '', property: '' }, emulator: 'A', shapes: [],
})

/**
 * Asks for a run that breaks any of the aspects; what the smallest such run breaks is one violation, and those aspects are blocked
 * for the next question, until none is left or `most` were found. A smallest run of another kernel that is one here, too, is taken as it is.
 */
export async function search(principle: Principle, probe: Probe, kernel: Kernel, decided: Decided, options: SearchOptions): Promise<Searched> {
  const q = question(shapeOf(probe), kernel, options.kept, {}, decided.shared)
  const base = [...q.wellFormed.map((c) => c.term), q.enabled, q.situation]
  const what = `${probe.event} (${probe.variant})`
  const finder = new Finder(q, base, decided, `${principle.name}: ${what}`)
  let open = probe.aspects(q.runs).filter((a) => a.broken.op !== 'false')
  const violations: Violation[] = []
  const unknown: string[] = []
  while (open.length > 0) {
    if (violations.length >= options.most) {
      unknown.push(`${what}: more than ${options.most} causes, not asked for ${open.map((a) => a.field).join(', ')}`)
      break
    }
    const any = await finder.find(open.map((a) => a.broken))
    if (any === 'none') break
    if ('unknown' in any) {
      unknown.push(`${what}: ${any.unknown}`)
      break
    }
    const found = any.smallest ? any : await smallest(finder, open, any)
    const values = evaluateAll(open.map((a) => a.broken), finder.env(found.model))
    const broken = open.filter((_, i) => values[i] === true)
    violations.push({
      principle, probe, kernel, fields: broken.map((a) => a.field),
      needs: await conditions(finder, probe, broken.map((a) => a.broken), found.model),
      traces: once(() => traces(finder, principle, found.model, first(broken.map((a) => a.broken), finder.env(found.model)))),
    })
    open = open.filter((a) => !broken.includes(a))
  }
  return { violations, unknown }
}
const once = <T>(make: () => Promise<T>): () => Promise<T> => {
  let made: Promise<T> | undefined
  return () => made ??= make()
}

/** Of what a run breaks, the first part of the first field: a smallest run that breaks just that is quickly found. */
async function smallest(finder: Finder, open: readonly Aspect[], any: Known): Promise<Known> {
  const part = first(open.map((a) => a.broken), finder.env(any.model))
  const terms = propagate([...finder.base, part])
  const reply = await finder.decided.witness(terms, finder.q, false)
  const fallback = defaults(finder.q.shape, finder.q.kernel)
  const found = { model: reply.kind === 'sat' && reply.minimal ? reply.model : smaller(terms, reply.kind === 'sat' ? reply.model : any.model, fallback), smallest: true }
  finder.remember(found)
  return found
}

/** The first disjunct that is true. */
function first(all: readonly Bool[], env: Env): Bool {
  const parts = all.flatMap((b) => b.op === 'or' ? b.args as readonly Bool[] : [b])
  const at = evaluateAll(parts, env).indexOf(true)
  if (at < 0) throw new Error('the model breaks nothing')
  return parts[at]!
}

/** The runs of a witness, from exec if a way there is known: if not at once, from a start in which the kernel's own fields are as exec leaves them. */
async function traces({ q, base, decided }: Finder, principle: Principle, model: Model, broken: Bool): Promise<Trace[]> {
  const of = (m: Model): Trace[] => tracesOf(q, m, claimOf(principle), 'any').map((t) => fromExec(q.kernel, t))
  const first = of(model)
  if (first.every((t) => t.start === 'exec')) return first
  const terms = propagate([...base, broken, ...kernelFieldsAsExecLeavesThem(q)])
  const plain = await decided.witness(terms, q, true)
  if (plain.kind !== 'sat') return first
  const second = of(plain.minimal ? plain.model : smaller(terms, plain.model, defaults(q.shape, q.kernel)))
  return second.every((t) => t.start === 'exec') ? second : first
}

/** All of the start state that no program can write. */
function kernelFieldsAsExecLeavesThem(q: Question): Bool[] {
  const fallback = defaults(q.shape, q.kernel)
  const start = q.runs.first.states[0]!
  return leaves(specOf(start), start).flatMap(({ path, value }) => {
    const v = value as Term
    if (v.op !== 'var' || userPath.test(path.replace(/^tasks\[\d\]\./, '')) || path === 'cpus[0].TPIDR_EL0') return []
    const as = fallback(variableName(path), v.width)
    return [typeof as === 'boolean' ? as ? v : not(v) : eq(v as BV, bv(v.width, as))]
  })
}

/**
 * Which settings and cases the violation needs: turned round, there is none. The smallest run has the fewest settings off their default,
 * so only those are asked about.
 */
async function conditions(finder: Finder, probe: Probe, broken: readonly Bool[], model: Model): Promise<string[]> {
  const settings = (Object.keys(defaultConfig) as (keyof Config)[]).map((a) => ({ name: a as string, is: boolVar(`config.${a}`), usual: defaultConfig[a] as boolean | undefined }))
  const out: string[] = []
  for (const c of [...settings, ...(probe.cases?.(finder.q.runs) ?? []).map((x) => ({ ...x, usual: undefined }))]) {
    if (c.is.op === 'true' || c.is.op === 'false') continue
    const now = evaluateAll([c.is], finder.env(model))[0] === true
    if (now === c.usual) continue
    if (await finder.find(broken, [now ? not(c.is) : c.is]) === 'none') out.push(now ? c.name : `not ${c.name}`)
  }
  return out
}
