/** Kernel trees for tests: named by the environment, else unpacked once from Debian's linux-source into the cache. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const parts = ['arch/arm64', 'arch/arm/include/uapi', 'include', 'kernel', 'fs/binfmt_elf.c', 'scripts/syscall.tbl']

/** `rfc-v2`: v5.11 with the arm64 hunks of the RFC v2 mail. Debian has no package of it, so that only the environment can name one. */
export type TreeVersion = '6.1' | '6.12' | 'rfc-v2'
const variable = (version: TreeVersion): string => `ARM64_COMPAT_TREE_${version.toUpperCase().replace(/\W/g, '_')}`

/** Directory of the tree, or undefined: then a test says loudly that it is skipped. `ARM64_COMPAT_TREE_6_12=DIR` names one. */
export function kernelTree(version: TreeVersion): string | undefined {
  const named = process.env[variable(version)]
  if (named !== undefined && existsSync(join(named, 'arch/arm64/kernel/ptrace.c'))) return named
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'arm64-compat', `linux-source-${version}`)
  if (existsSync(join(cache, 'arch/arm64/kernel/ptrace.c'))) return cache
  const archive = `/usr/src/linux-source-${version}.tar.xz`
  if (!existsSync(archive)) return undefined
  const fresh = `${cache}.${process.pid}`
  mkdirSync(fresh, { recursive: true })
  try {
    execFileSync('tar', ['-xf', archive, '-C', fresh, '--strip-components=1', '--wildcards', ...parts.map((p) => `linux-source-${version}/${p}*`)], { stdio: 'ignore' })
  } catch { /* tar complains about patterns without a match */ }
  if (!existsSync(join(fresh, 'arch/arm64/kernel/ptrace.c'))) { rmSync(fresh, { recursive: true }); return undefined }
  try { renameSync(fresh, cache) } catch { rmSync(fresh, { recursive: true }) } // another test process was faster
  return cache
}
export function treeOrSkip(version: TreeVersion, context: Mocha.Context): string {
  const dir = kernelTree(version)
  if (dir === undefined) {
    console.log(`      SKIPPED: no kernel source ${version}: ${version === 'rfc-v2' ? '' : `install linux-source-${version} or `}set ${variable(version)}`)
    return context.skip()
  }
  return dir
}
