/** Two sources of one function, or two kernels of the model, on one state: the outputs of each, side by side. */
import type { Lifted } from '../../lift/index.js'
import { boolVar, bvVar, False } from '../../model/terms/build.js'
import type { Bool, Term } from '../../model/terms/term.js'
import type { Binding, Output, Plan, Question } from './comparison.js'
import type { Base } from './kernels.js'
import { cpuCell, cpuCells, flagBits, taskCell, taskCells, world, type Flags, type World } from './world.js'

/** Outputs by name; a cell that is not named is unchanged. */
export type Outputs = ReadonlyMap<string, Term>

export function ofLifted(f: Lifted, w: World): Outputs {
  const out = new Map<string, Term>()
  for (const [path, c] of f.changes) {
    // trees number their flags differently: bit by bit, by name
    const flags = /^(\w+)\.thread_info\.flags$/.exec(path)
    if (flags === null) out.set(path, c.after)
    else for (const b of flagBits(w, c.after)) out.set(`${flags[1]}.${b.name}`, b.bit)
  }
  if (f.result !== undefined) out.set('result', f.result)
  out.set('reaches its end', f.returns)
  f.effects.forEach((e, i) => { out.set(`effect ${i + 1}, ${e.name}`, e.when) })
  return out
}
export function ofModel(w: World, plan: Plan): Outputs {
  const out = new Map<string, Term>()
  for (const who of ['current', 'target'] as const) {
    for (const cell of taskCells) {
      const t = plan.expect?.[who] === undefined ? undefined : taskCell(w, plan.expect[who], who, cell)
      if (t !== undefined) out.set(`${who}.${cell}`, t)
    }
    if (plan.expect?.[who] !== undefined) out.set(`${who}: per-call flag`, plan.expect[who].compat_call)
  }
  if (plan.expect?.cpu !== undefined) for (const cell of cpuCells) out.set(`cpu.${cell}`, cpuCell(plan.expect.cpu, cell)!)
  if (plan.result !== undefined && typeof plan.result !== 'function') out.set('result', plan.result)
  return out
}

/** All that the model says of a function, with nothing of a source: outputs, what is made together with the source's, agreement in another form, assumptions. */
export function modelSide(kernel: Base, flags: Flags, b: Binding): readonly (readonly [string, Term])[] {
  const { w, plan } = planFor(kernel, flags, b)
  const result = bvVar(64, 'result of the source')
  const nobody: Lifted = { kind: 'lifted', name: b.name, place: { file: '', line: 0 }, inputs: [], result, changes: new Map(), effects: [], reads: [], writes: [], obligations: [], cuts: [], returns: boolVar('returns'), uses: [], hash: '' }
  return [
    ...(plan.assume ?? []).map((a, i): [string, Term] => [`assumed ${i}`, a.holds]), ...ofModel(w, plan), ...(plan.also?.(nobody) ?? []).map((o): [string, Term] => [o.name, o.model]),
    ...(typeof plan.result === 'function' ? [['result', plan.result(result)] as const] : []),
  ]
}

/** Does the model of both kernels say the very same of a function, and is it asked in the same way? */
export function sameModel(x: Base, y: Base, { flags }: { readonly flags: Flags }, b: Binding): boolean {
  const [left, right] = [modelSide(x, flags, b), modelSide(y, flags, b)]
  return left.length === right.length && left.every(([name, t], i) => right[i]![0] === name && right[i]![1] === t)
}

/** A question whose answer is the smallest input that tells the two apart. `before`: what a cell holds that one side leaves alone. */
export function apart(a: Outputs, b: Outputs, before: (name: string, width: number) => Term, assume: readonly Bool[]): Question {
  const outputs: Output[] = []
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const x = a.get(name)
    const y = b.get(name)
    const width = (x ?? y)!.width
    const source = x ?? unchanged(name, width, before)
    const model = y ?? unchanged(name, width, before)
    if (source !== model && source.width === model.width) outputs.push({ name, source, model })
  }
  return { assume, outputs, obligations: [], unexplained: [] }
}
const unchanged = (name: string, width: number, before: (name: string, width: number) => Term): Term => name.startsWith('effect ') ? False : before(name, width)

/** The world and plan of a binding for a kernel; the same variables every time. */
export function planFor(kernel: Base, flags: Flags, b: Binding): { w: World, plan: Plan } {
  const w = world(kernel, flags)
  return { w, plan: b.plan(w) }
}
