/** Kernels and claims of the user's, as TypeScript files outside the repository. */
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createJiti } from 'jiti'
import type { Kernel } from '../model/index.js'
import type { Claim } from '../proofs/claim.js'
import { packageRoot } from '../proofs/root.js'
import { UsageError } from '../trace/errors.js'

export const isUserFile = (name: string): boolean => /\.[cm]?[tj]s$/.test(name)

/** `kernel` or the default export of a file. Throws `E_NO_FILE`, `E_USER_FILE`. */
export async function loadKernel(path: string): Promise<Kernel> {
  const k = await load(path, 'kernel') as Kernel
  if (typeof k?.name !== 'string' || typeof k.doEl0Svc !== 'function' || typeof k.sites !== 'object') throw new UsageError('E_USER_FILE', `${path} does not export a Kernel as 'kernel' or by default; docs/own-kernel.md shows one`)
  return k
}
/** `claim` or the default export of a file. Throws `E_NO_FILE`, `E_USER_FILE`. */
export async function loadClaim(path: string): Promise<Claim> {
  const c = await load(path, 'claim') as Claim
  if (typeof c?.id !== 'string' || !Array.isArray(c.shapes) || (c.quantifier !== 'forall' && c.quantifier !== 'exists')) throw new UsageError('E_USER_FILE', `${path} does not export a Claim as 'claim' or by default; docs/own-claim.md shows one`)
  return c
}

async function load(path: string, name: string): Promise<unknown> {
  if (!existsSync(path)) throw new UsageError('E_NO_FILE', `${path} does not exist`)
  if (statSync(path).isDirectory()) throw new UsageError('E_IS_DIRECTORY', `${path} is a directory`)
  // the package's own modules are the ones that run: terms are compared by identity
  const jiti = createJiti(import.meta.url, { tryNative: true, alias: { 'arm64-compat': join(packageRoot, 'dist') }, moduleCache: false, fsCache: false })
  try {
    const module = await jiti.import(resolve(path)) as Record<string, unknown>
    return module[name] ?? module['default']
  } catch (e) {
    throw new UsageError('E_USER_FILE', `${path}: ${e instanceof Error ? e.message : String(e)}`)
  }
}
