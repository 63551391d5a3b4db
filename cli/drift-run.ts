import { UsageError } from '../trace/errors.js'
import { functionTexts, type Text } from '../lift/drift.js'
import type { Status } from './action.js'
import type { DriftOptions } from './options-lift.js'
import { emit } from './output.js'
import { filesOf, openTree } from './tree.js'
import { readRecord, recorded } from './verify/records.js'
import { functionOf } from './verify/comparison.js'
import { bindings } from './verify/verify.js'

type State = 'same' | 'changed' | 'new' | 'gone'
interface Row { readonly name: string, readonly state: State, readonly where: string }

export function drift(options: DriftOptions): Promise<Status> {
  const names = [...new Set(bindings.map(functionOf))]
  const { rows, against, files } = options.patch !== undefined && options.patch.length > 0 ? patched(names, options.tree, options.patch) : unpatched(names, options)
  const differ = rows.filter((r) => r.state !== 'same')
  emit(options.json, () => ({ format: 'arm64-compat/drift', version: 1, against, functions: rows }), () => [
    ...differ.map((r) => `${r.state.padEnd(8)} ${r.name}  ${r.where}`),
    differ.length === 0 ? `no modelled function differs from ${against}${files === undefined ? '' : `; files changed: ${files}`}` : `${differ.length} of ${rows.length} modelled functions differ from ${against}`, '',
  ].join('\n'))
  return Promise.resolve(differ.length === 0 ? 0 : 1)
}

const place = (t: Text): string => `${t.file}:${t.line}`
function compare(before: readonly { name: string, hash: string }[], now: readonly Text[]): Row[] {
  const old = new Map(before.map((b) => [b.name, b.hash]))
  const rows = now.map((t): Row => ({ name: t.name, state: !old.has(t.name) ? 'new' : old.get(t.name) === t.hash ? 'same' : 'changed', where: place(t) }))
  return [...rows, ...before.filter((b) => !now.some((t) => t.name === b.name)).map((b): Row => ({ name: b.name, state: 'gone', where: '' }))]
}

/** Before and after: the functions' own text; for a header that a patch touches, what it defines is compared by verify-model. */
function patched(names: readonly string[], dir: string, patches: readonly string[]): { rows: Row[], against: string, files: string | undefined } {
  const { tree, changed } = openTree(dir, patches)
  const before = functionTexts(filesOf(dir), names)
  return { rows: compare(before, functionTexts(tree.files, names)), against: 'the tree before the patch', files: [...changed].join(', ') }
}
function unpatched(names: readonly string[], options: DriftOptions): { rows: Row[], against: string, files: undefined } {
  const texts = functionTexts(filesOf(options.tree), names)
  const known = options.kernel === undefined ? recorded() : [readRecord(options.kernel)].filter((r) => r !== undefined)
  if (known.length === 0) throw new UsageError('E_NO_RECORD', options.kernel === undefined ? 'nothing is recorded to compare with' : `nothing is recorded for '${options.kernel}'`)
  // without a name: the recorded version that is nearest
  const best = known.map((r) => ({ r, rows: compare([...new Map(r.functions.map((f) => [functionOf(f), f.own]))].map(([name, hash]) => ({ name, hash })), texts) }))
    .sort((a, b) => a.rows.filter((x) => x.state !== 'same').length - b.rows.filter((x) => x.state !== 'same').length)[0]!
  return { rows: best.rows, against: `${best.r.tree}, last verified as ${best.r.kernel}`, files: undefined }
}
