/** Which definitions a patch changes: by token streams, without following any include. */
import { defconfig } from './config.js'
import { quickIndex } from './quick-index.js'
import { scan, tokenText, type Definition } from './scan.js'
import type { Files } from './tree.js'

export interface Changed {
  /** `kind name file` of what is new, gone or different */
  readonly keys: ReadonlySet<string>
  /** their names, with the enumerators of enumerations */
  readonly names: ReadonlySet<string>
  /** what files include has changed: nothing can be said by names */
  readonly includes: boolean
  /** files that are no C: assembly, tables, Kconfig */
  readonly notC: readonly string[]
}

const keyOf = (d: Definition): string => `${d.kind} ${d.name} ${d.file}`
/** Definitions under every answer to `is this macro defined in another file?`, keyed, with their texts. */
function definitionsOf(path: string, text: string | undefined): Map<string, { text: string, d: Definition }> {
  const out = new Map<string, { text: string, d: Definition }>()
  if (text === undefined) return out
  for (const elsewhere of [false, true]) {
    for (const list of scan(path, text, defconfig, () => elsewhere).definitions.values()) {
      for (const d of list) {
        const key = keyOf(d)
        out.set(key, { d, text: `${out.get(key)?.text ?? ''}\n${d.weak} ${d.unknown ?? ''} ${tokenText(d)}` })
      }
    }
  }
  return out
}

export function changedDefinitions(before: Files, after: Files, paths: Iterable<string>): Changed {
  const keys = new Set<string>()
  const names = new Set<string>()
  const notC: string[] = []
  let includes = false
  for (const path of paths) {
    if (!/\.[ch]$/.test(path)) { notC.push(path); continue }
    const [x, y] = [before.read(path), after.read(path)]
    if (x !== undefined && y !== undefined && quickIndex(x).includes.join() !== quickIndex(y).includes.join()) includes = true
    const [old, now] = [definitionsOf(path, x), definitionsOf(path, y)]
    for (const [key, { d, text }] of [...old, ...now]) {
      if (old.get(key)?.text === now.get(key)?.text && text !== '') continue
      keys.add(key)
      names.add(d.name.replace(/^(struct|union) /, ''))
      if (d.kind === 'enum') for (const t of d.tokens) if (t.kind === 'id') names.add(t.text)
    }
  }
  return { keys, names, includes, notC }
}

/** Does what these definitions mean rest on something that changed? */
export const restsOn = (uses: readonly Definition[], c: Changed): boolean =>
  c.includes || uses.some((d) => c.keys.has(keyOf(d)) || d.tokens.some((t) => t.kind === 'id' && c.names.has(t.text)))
