/** A kernel image from Debian's source package: minimal, reproducible, cached by the hash of all that goes in. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../../trace/errors.js'
import { cacheDir, contents, guestFile, hashFile, keyOf } from '../paths.js'
import { have, run, type Progress } from '../run.js'
import { variantFiles } from './patches.js'
import { applyVariants, tarballOf, unpack } from './source.js'

/** `stock`: the source as it is. `variants`: all variants and mutants, chosen on the command line. */
export type Flavour = 'stock' | 'variants'
export interface BuiltKernel { readonly image: string, readonly version: string, readonly flavour: Flavour, readonly key: string }

const cross = 'aarch64-linux-gnu-'
const configs: Readonly<Record<Flavour, readonly string[]>> = { stock: ['kernel.config'], variants: ['kernel.config', 'variants/kernel.config'] }
/** Everything that would otherwise stand in the image: two builds are the same, byte for byte. */
const reproducible = { KBUILD_BUILD_TIMESTAMP: '2026-01-01 00:00:00 UTC', KBUILD_BUILD_USER: 'arm64-compat', KBUILD_BUILD_HOST: 'guest', KBUILD_BUILD_VERSION: '1' }

/** Finds the image in the cache, or builds it (two to six minutes). `version`: 6.12 or 6.1; variants exist on 6.12. Throws `E_NO_TOOL`. */
export async function buildKernel(version: string, flavour: Flavour, progress: Progress): Promise<BuiltKernel> {
  const found = await findKernel(version, flavour)
  if (existsSync(found.image)) return found
  const needed = [`${cross}gcc`, 'flex', 'bison', 'bc', 'make', ...flavour === 'variants' ? ['spatch'] : []]
  for (const tool of needed) if (!await have(tool)) throw new UsageError('E_NO_TOOL', `${tool} is not on the PATH; scripts/ci-guest.sh says what to install`)
  const stock = await unpack(version, await hashFile(tarballOf(version)), progress)
  const work = join(cacheDir('build'), `${found.key}-${process.pid}`)
  mkdirSync(work, { recursive: true })
  try {
    let tree = stock
    if (flavour === 'variants') {
      tree = join(work, 'source')
      await run('cp', ['-al', stock, tree])
      await applyVariants(tree, progress)
    }
    await make(tree, work, configs[flavour], progress)
    const dir = cacheDir('kernel', found.key)
    copyFileSync(join(work, 'out/.config'), join(dir, 'config'))
    copyFileSync(join(work, 'out/arch/arm64/boot/Image'), join(dir, 'Image.draft'))
    renameSync(join(dir, 'Image.draft'), found.image)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return found
}

/** The image this source, configuration and compiler would give; it may not be there yet. */
export async function findKernel(version: string, flavour: Flavour): Promise<BuiltKernel> {
  const parts = {
    source: await hashFile(tarballOf(version)),
    compiler: await have(`${cross}gcc`) ? await run(`${cross}gcc`, ['-dumpfullversion']) : 'none',
    environment: JSON.stringify(reproducible),
    ...contents([...configs[flavour], ...flavour === 'variants' ? variantFiles : []]),
  }
  const key = keyOf(parts)
  return { image: join(cacheDir('kernel'), key, 'Image'), version, flavour, key }
}

async function make(tree: string, work: string, fragments: readonly string[], progress: Progress): Promise<void> {
  const out = join(work, 'out')
  const base = ['-n', '10', 'make', '-C', tree, `O=${out}`, 'ARCH=arm64', `CROSS_COMPILE=${cross}`]
  const fragment = join(work, 'fragment')
  writeFileSync(fragment, fragments.map((f) => readFileSync(guestFile(f), 'utf8')).join(''))
  await run('nice', [...base, 'allnoconfig'], { env: { ...reproducible, KCONFIG_ALLCONFIG: fragment } })
  let files = 0
  const started = Date.now()
  await run('nice', [...base, `-j${availableParallelism()}`, 'Image'], {
    env: reproducible,
    onLine: (line) => {
      if (/^\s+(CC|AS|LD)\s/.test(line) && ++files % 100 === 0) progress(`compiled ${files} files in ${Math.round((Date.now() - started) / 1000)} s`)
      if (/warning:|error:/.test(line)) progress(line)
    },
  })
  progress(`kernel built in ${Math.round((Date.now() - started) / 1000)} s`)
}
