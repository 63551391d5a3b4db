/** The kernel source: Debian's tarball, unpacked once; a second tree of hard links with the variants applied. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from '../../trace/errors.js'
import { cacheDir, guestFile } from '../paths.js'
import { run, type Progress } from '../run.js'
import { addedFiles, semanticPatches } from './patches.js'

/** Debian's package linux-source-VERSION puts it there. */
export function tarballOf(version: string): string {
  const path = `/usr/src/linux-source-${version}.tar.xz`
  if (!existsSync(path)) throw new UsageError('E_NO_KERNEL_SOURCE', `${path} is not there; apt-get install linux-source-${version}`)
  return path
}

/** Folders nobody builds for a guest; their Kconfig files and Makefiles stay. */
const unneeded = ['Documentation', 'sound', 'samples', 'drivers/gpu', 'drivers/media', 'drivers/staging', 'drivers/infiniband', 'drivers/scsi', 'drivers/net/ethernet', 'drivers/net/wireless']

/** Unpacks the tarball below the cache; the folder is only there when it is complete. */
export async function unpack(version: string, hash: string, progress: Progress): Promise<string> {
  const tree = join(cacheDir('source'), `${version}-${hash.slice(0, 16)}`)
  if (existsSync(tree)) return tree
  progress(`unpacking linux-source-${version}`)
  const draft = `${tree}.draft-${process.pid}`
  mkdirSync(draft)
  const skip = unneeded.map((dir) => `--exclude=*/${dir}/*.[chS]`)
  await run('nice', ['tar', 'xf', tarballOf(version), '-C', draft, '--strip-components=1', '--exclude=*/Documentation/*.rst', '--exclude=*/tools/testing/*', '--exclude=*/arch/*/boot/dts/*', ...skip])
  renameSync(draft, tree)
  return tree
}

/** Puts our own C and the semantic patches into a tree. Files are replaced, never written through: the tree may consist of hard links. */
export async function applyVariants(tree: string, progress: Progress): Promise<void> {
  for (const { from, to } of addedFiles) copyFileSync(guestFile(from), join(tree, to))
  replace(join(tree, 'arch/arm64/kernel/Makefile'), (text) => `${text}\nobj-y += compat-variants.o\n`)
  for (const patch of semanticPatches) {
    let adds = 0
    for (const file of patch.files) {
      const path = join(tree, file)
      const before = readFileSync(path, 'utf8')
      const draft = `${path}.draft.${file.endsWith('.h') ? 'h' : 'c'}`
      writeFileSync(draft, before)
      await run('spatch', ['--very-quiet', '--in-place', '--no-includes', '--no-loops', '--sp-file', guestFile(patch.cocci), draft], { cwd: dirname(path) })
      const after = readFileSync(draft, 'utf8')
      rmSync(draft)
      if (after !== before) replace(path, () => after)
      adds += newLines(before, after)
    }
    if (adds !== patch.adds) throw new Error(`${patch.cocci} adds ${adds} lines, not ${patch.adds}: it does not fit this source`)
    progress(`${patch.cocci}: ${adds} lines`)
  }
}

/** Lines of `after` beyond those that stand in `before`, counted as a multiset. */
function newLines(before: string, after: string): number {
  const left = new Map<string, number>()
  for (const line of before.split('\n')) left.set(line, (left.get(line) ?? 0) + 1)
  return after.split('\n').filter((line) => {
    const n = left.get(line) ?? 0
    left.set(line, n - 1)
    return n <= 0
  }).length
}

function replace(path: string, edit: (text: string) => string): void {
  const draft = `${path}.new`
  writeFileSync(draft, edit(readFileSync(path, 'utf8')))
  renameSync(draft, path)
}
