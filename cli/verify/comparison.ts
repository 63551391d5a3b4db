/** A lifted function and its model on one state: where they can differ, as a query. */
import type { Lifted, Request } from '../../lift/index.js'
import type { SymCpu, SymTask } from '../../model/tasks/symbolic.js'
import { eq, iff, isZero, not, sext, True } from '../../model/terms/build.js'
import type { Bool, BV, Term } from '../../model/terms/term.js'
import { callFlags, cpuCell, cpuCells, flagBits, initialCell, taskCell, taskCells, type World } from './world.js'

export interface Plan {
  readonly request: Pick<Request, 'parameters' | 'readUser' | 'writeUser' | 'cuts' | 'code'> & { readonly initial?: (path: string, width: number) => Term | undefined }
  /** Restrictions under which the two are compared, each in words. */
  readonly assume?: readonly { readonly holds: Bool, readonly words: string }[]
  /** The state after the model's function; what is not given is unchanged. */
  readonly expect?: { readonly current?: SymTask, readonly target?: SymTask, readonly cpu?: SymCpu }
  /** The model's result, as the lifted one (sign-extended where it is wider); or agreement in another form. */
  readonly result?: Term | ((lifted: Term) => Bool)
  /** Further outputs: a name and both sides, made from the lifted function. */
  readonly also?: (f: Lifted) => readonly Output[]
  /** Cells that the source changes and the model does not have, with the reason. */
  readonly beyond?: readonly { readonly path: RegExp, readonly why: string }[]
}
export interface Binding {
  /** The C function, or a macro of statements; the first that the tree has. `FUNCTION: what of it` where it is compared in another form, too. */
  readonly name: string
  /** The model's function, with its file. */
  readonly model: string
  /** Only in kernels that have it. */
  plan(w: World): Plan
}
/** The C function that is compared. */
export const functionOf = (b: { readonly name: string }): string => b.name.replace(/:.*$/, '')
export interface Output { readonly name: string, readonly source: Term, readonly model: Term }
export interface Question {
  readonly assume: readonly Bool[]
  readonly outputs: readonly Output[]
  /** What C leaves undefined under the assumptions. */
  readonly obligations: readonly { readonly holds: Bool, readonly what: string }[]
  /** Changes of the source that the model does not have and the binding does not explain. */
  readonly unexplained: readonly string[]
}

export function question(w: World, plan: Plan, f: Lifted): Question {
  const outputs: Output[] = []
  const add = (name: string, source: Term | undefined, model: Term | undefined): void => {
    if (source !== undefined && model !== undefined && source !== model) outputs.push({ name, source, model })
  }
  const known = new Set<string>()
  for (const who of ['current', 'target'] as const) {
    for (const cell of taskCells) {
      const path = `${who}.${cell}`
      known.add(path)
      const source = f.changes.get(path)?.after ?? taskCell(w, w[who], who, cell)!
      const model = taskCell(w, plan.expect?.[who] ?? w[who], who, cell)!
      if (cell !== 'thread_info.flags') { add(path, source, model); continue }
      const theirs = flagBits(w, model)
      flagBits(w, source).forEach((b, i) => { add(`${who}.${b.name}`, b.bit, theirs[i]!.bit) })
    }
    const flag = Object.keys(callFlags).map((p) => `${who}.${p}`)
    for (const p of flag) known.add(p)
    const now = flag.map((p) => f.changes.get(p)).find((c) => c !== undefined)
    add(`${who}: per-call flag`, now === undefined ? w[who].compat_call : not(isZero(now.after as BV)), (plan.expect?.[who] ?? w[who]).compat_call)
  }
  for (const cell of cpuCells) {
    const path = `cpu.${cell}`
    known.add(path)
    add(path, f.changes.get(path)?.after ?? cpuCell(w.cpu, cell), cpuCell(plan.expect?.cpu ?? w.cpu, cell))
  }
  if (typeof plan.result === 'function' && f.result !== undefined) outputs.push({ name: 'result', source: plan.result(f.result), model: True })
  else if (plan.result !== undefined && typeof plan.result !== 'function' && f.result !== undefined) add('result', widened(f.result, plan.result.width), plan.result)
  for (const o of plan.also?.(f) ?? []) add(o.name, o.source, o.model)
  add('reaches its end', f.returns, True)
  const unexplained = [...f.changes.keys()].filter((p) => !known.has(p) && !(plan.beyond ?? []).some((b) => b.path.test(p)))
  return { assume: (plan.assume ?? []).map((a) => a.holds), outputs, obligations: f.obligations.map((o) => ({ holds: o.holds, what: `${o.what} (${o.place.file}:${o.place.line})` })), unexplained }
}
const widened = (t: Term, width: number): Term => t.width === 0 || t.width >= width ? t : sext(width, t)

export const equal = (o: Output): Bool => o.source.width === 0 ? iff(o.source as Bool, o.model as Bool) : eq(o.source as BV, o.model as BV)
export const requestOf = (w: World, plan: Plan): Request => ({
  ...plan.request,
  initial: (path, width) => plan.request.initial?.(path, width) ?? initialCell(w, path),
})
