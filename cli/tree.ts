/** A kernel tree as the commands get it: a directory, with patches over it. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { directory, overlay, Tree, type Files } from '../lift/index.js'
import { patched, PatchError } from '../lift/patch.js'
import { UsageError } from '../trace/errors.js'
import { readInput } from './files.js'

export function filesOf(dir: string): Files {
  if (!(statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false)) throw new UsageError('E_NO_TREE', `${dir} is no directory`)
  if (!existsSync(join(dir, 'arch/arm64/kernel'))) throw new UsageError('E_NO_TREE', `${dir} is no kernel source tree: there is no arch/arm64/kernel in it`)
  return directory(dir)
}
/** The texts that patches make, over a tree's, and a line for every hunk that fits only with fuzz. */
export function patchedFiles(base: Files, patches: readonly string[]): { over: ReadonlyMap<string, string | undefined>, notes: readonly string[] } {
  try {
    return patched(base, patches.map((p) => ({ name: p, text: readInput(p) })))
  } catch (e) {
    if (e instanceof PatchError) throw new UsageError(e.code, e.message)
    throw e
  }
}

export interface OpenTree { readonly tree: Tree, readonly changed: ReadonlySet<string>, readonly notes: readonly string[] }
export function openTree(dir: string, patches: readonly string[] = []): OpenTree {
  const base = filesOf(dir)
  const { over, notes } = patchedFiles(base, patches)
  return { tree: new Tree(overlay(base, over)), changed: new Set(over.keys()), notes }
}
