/** Which clauses of well-formedness a kernel keeps: the largest set that every event keeps (Houdini), decided by the solver. */
import { and, not } from '../model/terms/build.js'
import { evaluateAll } from '../model/terms/evaluate.js'
import { propagate } from '../model/terms/propagate.js'
import { queryText } from '../model/terms/smtlib.js'
import { fresh, step, symConfig, symState, type Kernel, type SymState } from '../model/index.js'
import { defaultConfig, initialState, stateSpec } from '../trace/state.js'
import type { Oracle } from './oracle.js'
import { freshEvent, symbolicConfig, type Template } from './run.js'
import { clauses, type Clause } from './well-formed.js'

const general = [...Array.from({ length: 31 }, (_, i) => `regs[${i}]`), 'sp', 'pc', 'pstate', 'TPIDR_EL0', 'frame.base', 'frame.lo', 'frame.hi', 'buf.base', 'buf.lo', 'buf.hi']
/** Every kind of event by task A (B's are the same by symmetry; clauses speak of all tasks alike). A switch goes to B. */
export const everyEvent: readonly { name: string, template: Template }[] = [
  { name: 'user (AArch64)', template: { kind: 'user', task: 'A', writes: general } },
  { name: 'user (AArch32)', template: { kind: 'user', task: 'A', writes: general.filter((p) => p !== 'sp' && !/^regs\[(1[5-9]|2\d|30)\]$/.test(p)) } },
  ...(['svc', 'irq', 'leave', 'signal', 'restart', 'die', 'eret', 'stop', 'resume'] as const).map((kind) => ({ name: kind, template: { kind, task: 'A' } as Template })),
  ...(['sigreturn', 'rt_sigreturn', 'ni', 'other'] as const).map((call) => ({ name: call, template: { kind: 'handler', task: 'A', call } as Template })),
  { name: 'ptrace', template: { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' } },
  { name: 'clone', template: { kind: 'handler', task: 'A', call: 'clone', child: 'B' } },
  { name: 'execve 64', template: { kind: 'handler', task: 'A', call: 'execve', bits: 64 } },
  { name: 'execve 32', template: { kind: 'handler', task: 'A', call: 'execve', bits: 32 } },
  { name: 'switch', template: { kind: 'switch', from: 'A', to: 'B' } },
]

export interface Kept { readonly clauses: readonly Clause[], /** the clauses that are not kept, each with the first event that breaks it */ readonly broken: readonly { clause: string, event: string }[] }

/** Two tasks, everything free. Throws if the solver gives up: an invariant is proven or it is not there. */
export async function keptClauses(k: Kernel, oracle: Oracle, candidates: readonly Clause[] = clauses): Promise<Kept> {
  const config = symbolicConfig()
  const start = fresh(stateSpec(1, 2), 's.') as SymState
  const steps = everyEvent.map(({ name, template }) => ({ name, ...step(k, config, start, freshEvent(template, 0)) }))
  let now = candidates.filter((c) => holdsAfterExec(k, c))
  const broken = candidates.filter((c) => !now.includes(c)).map((c) => ({ clause: c.name, event: 'exec' }))
  for (let changed = true; changed;) {
    changed = false
    for (const s of steps) {
      for (;;) {
        const before = now.map((c) => c.holds(k, config, start))
        const after = now.map((c) => c.holds(k, config, s.state))
        const terms = propagate([...before, s.enabled, not(and(...after))])
        if (terms.some((t) => t.op === 'false')) break
        const answer = await oracle.ask({ text: queryText(terms) })
        if (answer.kind === 'unknown') throw new Error(`${k.name}, ${s.name}: ${answer.reason}`)
        if (answer.kind === 'unsat') break
        const values = evaluateAll(after, (name, width) => answer.model.get(name) ?? (width === 0 ? false : 0n))
        const lost = now.filter((_, i) => values[i] === false)
        // a model of the simplified query leaves out forced inputs; then one clause at a time
        const drop = lost.length > 0 ? lost : await oneByOne(k, oracle, now, before, s, after)
        now = now.filter((c) => !drop.includes(c))
        broken.push(...drop.map((c) => ({ clause: c.name, event: s.name })))
        changed = true
      }
    }
  }
  return { clauses: now, broken }
}

async function oneByOne(k: Kernel, oracle: Oracle, now: readonly Clause[], before: readonly ReturnType<Clause['holds']>[], s: { name: string, enabled: ReturnType<Clause['holds']> }, after: readonly ReturnType<Clause['holds']>[]): Promise<Clause[]> {
  const out: Clause[] = []
  for (const [i, c] of now.entries()) {
    const terms = propagate([...before, s.enabled, not(after[i]!)])
    if (terms.some((t) => t.op === 'false')) continue
    const answer = await oracle.ask({ text: queryText(terms), values: [] })
    if (answer.kind === 'unknown') throw new Error(`${k.name}, ${s.name}, ${c.name}: ${answer.reason}`)
    if (answer.kind === 'sat') out.push(c)
  }
  return out
}

/** Right after exec, for one and two tasks of either width. */
function holdsAfterExec(k: Kernel, c: Clause): boolean {
  return ([[64], [32], [64, 64], [64, 32], [32, 64], [32, 32], [64, 0]] as (64 | 32 | 0)[][]).every((bits) => {
    const state = initialState(bits, defaultConfig, k.flag.setFor32)
    return c.holds(k, symConfig(defaultConfig), symState(state)).op === 'true'
  })
}
