import { Lifter, modelledFunctions, renderLifted } from '../lift/index.js'
import { termText } from '../lift/render.js'
import type { Status } from './action.js'
import type { LiftOptions } from './options-lift.js'
import { emit } from './output.js'
import { openTree } from './tree.js'

export async function lift(names: readonly string[], options: LiftOptions): Promise<Status> {
  const { tree } = openTree(options.tree, options.patch)
  const lifter = await Lifter.on(tree)
  const all = (names.length > 0 ? names : modelledFunctions).map((n) => lifter.lift(n))
  emit(options.json, () => ({
    format: 'arm64-compat/lift', version: 1,
    functions: all.map((f) => f.kind === 'not lifted' ? { name: f.name, kind: f.kind, reason: f.reason, file: f.place.file, line: f.place.line, text: f.text.slice(0, 200) } : {
      name: f.name, kind: f.kind, file: f.place.file, line: f.place.line, hash: f.hash, inputs: f.inputs,
      ...(f.result === undefined ? {} : { result: termText(f.result, 1000) }), changes: Object.fromEntries([...f.changes].map(([p, c]) => [p, termText(c.after, 1000)])),
      effects: f.effects.map((e) => e.name), obligations: f.obligations.map((o) => ({ what: o.what, file: o.place.file, line: o.place.line })),
    }),
  }), () => all.map(renderLifted).join('\n'))
  return names.length > 0 && all.some((f) => f.kind === 'not lifted') ? 2 : 0
}
