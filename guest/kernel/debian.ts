/**
 * Debian's own arm64 kernels, as they are. An isolated apt configuration (its own lists, cache and empty status) fetches them through
 * the mirrors this system already uses; nothing is installed.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { UsageError } from '../../trace/errors.js'
import type { Entry } from '../cpio.js'
import { cacheDir } from '../paths.js'
import { run, type Progress } from '../run.js'

export type DebianRelease = 'bookworm' | 'bookworm-backports' | 'experimental'
export interface DebianKernel { readonly image: string, readonly modules: readonly Entry[], readonly identity: string }

/** Which packages make a kernel; of several versions the highest is taken. */
const wanted: Readonly<Record<DebianRelease, readonly RegExp[]>> = {
  bookworm: [/^linux-image-6\.1\.[\w.+-]*-cloud-arm64$/],
  'bookworm-backports': [/^linux-image-6\.12\.[\w.+]*-cloud-arm64$/],
  experimental: [/^linux-binary-[\w.+]*-cloud-arm64$/, /^linux-modules-[\w.+]*-cloud-arm64$/],
}
/** The channel's drivers, in the order in which they are loaded; some kernels have them built in. */
const drivers = ['virtio_anchor', 'virtio_ring', 'virtio', 'virtio_mmio', 'virtio_console']

/** From the cache; else fetched, if `fetch`. Throws `E_NO_DEBIAN_KERNEL` when it is not to be had. */
export async function debianKernel(release: DebianRelease, progress: Progress, fetch = true): Promise<DebianKernel> {
  const dir = join(cacheDir('debian'), release)
  if (!existsSync(join(dir, 'identity'))) {
    if (!fetch) throw new UsageError('E_NO_DEBIAN_KERNEL', `${release}: not fetched yet; run guest fetch`)
    await fetchKernel(release, dir, progress)
  }
  const modules = readdirSync(dir).filter((f) => f.endsWith('.ko')).sort().map((f) => ({ name: `modules/${f}`, data: readFileSync(join(dir, f)) }))
  return { image: join(dir, 'Image'), modules, identity: readFileSync(join(dir, 'identity'), 'utf8').trim() }
}

/** The mirrors of this system's own Debian entries, with the key they are signed by. */
function mirrors(): { uri: string, signedBy: string }[] {
  const dir = '/etc/apt/sources.list.d'
  const files = existsSync(dir) ? readdirSync(dir).filter((f) => f.endsWith('.sources')).map((f) => join(dir, f)) : []
  const stanzas = files.flatMap((f) => readFileSync(f, 'utf8').split(/\n\s*\n/))
  return stanzas.flatMap((s) => {
    const uri = /^URIs:\s*(\S+)/m.exec(s)?.[1]
    return uri !== undefined && /\/debian(-security)?\/?$/.test(uri) ? [{ uri, signedBy: /^Signed-By:\s*(\S+)/m.exec(s)?.[1] ?? '/usr/share/keyrings/debian-archive-keyring.gpg' }] : []
  })
}

async function fetchKernel(release: DebianRelease, dir: string, progress: Progress): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'arm64-compat-apt-'))
  try {
    const apt = isolated(work, release)
    progress(`${release}: reading the package lists`)
    await run('apt-get', [...apt, 'update'])
    const names = (await run('apt-cache', [...apt, 'pkgnames', 'linux-'])).split('\n')
    const packages = wanted[release].map((pattern) => names.filter((n) => pattern.test(n)).sort(byVersion).at(-1))
    if (packages.some((p) => p === undefined)) throw new UsageError('E_NO_DEBIAN_KERNEL', `${release}: the mirror has no such kernel`)
    progress(`${release}: fetching ${packages.join(' ')}`)
    await run('apt-get', [...apt, 'download', ...packages as string[]], { cwd: work })
    const debs = readdirSync(work).filter((f) => f.endsWith('.deb'))
    for (const deb of debs) await run('dpkg-deb', ['-x', join(work, deb), join(work, 'root')])
    mkdirSync(`${dir}.draft`, { recursive: true })
    await collect(join(work, 'root'), `${dir}.draft`)
    writeFileSync(join(`${dir}.draft`, 'identity'), debs.map((d) => basename(d, '.deb')).sort().join(' '))
    rmSync(dir, { recursive: true, force: true })
    renameSync(`${dir}.draft`, dir)
  } catch (e) {
    if (e instanceof UsageError) throw e
    throw new UsageError('E_NO_DEBIAN_KERNEL', `${release}: ${(e as Error).message.split('\n').slice(-3).join(' ')}`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function isolated(work: string, release: DebianRelease): string[] {
  for (const d of ['state/lists/partial', 'cache/archives/partial']) mkdirSync(join(work, d), { recursive: true })
  writeFileSync(join(work, 'status'), '')
  const suites = (uri: string): string => uri.includes('-security') ? 'bookworm-security' : release === 'experimental' ? 'experimental' : 'bookworm bookworm-updates'
  const stanzas = mirrors().map(({ uri, signedBy }) => `Types: deb\nURIs: ${uri}\nSuites: ${suites(uri)}\nComponents: main\nArchitectures: arm64\nSigned-By: ${signedBy}\n`)
  if (stanzas.length === 0) throw new UsageError('E_NO_DEBIAN_KERNEL', 'this system has no Debian mirror in /etc/apt/sources.list.d')
  writeFileSync(join(work, 'debian.sources'), stanzas.join('\n'))
  const options = {
    'APT::Architecture': 'arm64', 'APT::Architectures': 'arm64', 'APT::Sandbox::User': 'root', 'Acquire::Languages': 'none',
    'Dir::State': join(work, 'state'), 'Dir::State::status': join(work, 'status'), 'Dir::Cache': join(work, 'cache'),
    'Dir::Etc::SourceList': join(work, 'debian.sources'), 'Dir::Etc::SourceParts': '/dev/null', 'Dir::Etc::Preferences': '/dev/null', 'Dir::Etc::PreferencesParts': '/dev/null',
  }
  return Object.entries(options).flatMap(([k, v]) => ['-o', `${k}=${v}`])
}

/** Numbers in names compare as numbers. */
function byVersion(a = '', b = ''): number { return a.localeCompare(b, 'en', { numeric: true }) }

async function collect(root: string, dir: string): Promise<void> {
  const files = readdirSync(root, { recursive: true }).map(String)
  const image = files.find((f) => /(^|\/)vmlinu[xz][^/]*$/.test(f))
  if (image === undefined) throw new Error('no kernel image in the packages')
  copyFileSync(join(root, image), join(dir, 'Image'))
  let n = 0
  for (const driver of drivers) {
    const module = files.find((f) => new RegExp(`/${driver}\\.ko(\\.xz)?$`).test(f))
    if (module === undefined) continue
    const target = join(dir, `${String(n++).padStart(2, '0')}.ko`)
    copyFileSync(join(root, module), module.endsWith('.xz') ? `${target}.xz` : target)
    if (module.endsWith('.xz')) await run('xz', ['-d', `${target}.xz`])
  }
}
