/** Where the guest's files lie: sources in the project, products in the cache. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

function findRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(dir, 'package.json'))) dir = dirname(dir)
  return dir
}

/** The project's folder; C, semantic patches and the kernel configuration are read from its `guest/`. */
export const projectRoot = findRoot()
export const guestFile = (...path: string[]): string => join(projectRoot, 'guest', ...path)

/** `$XDG_CACHE_HOME/arm64-compat`, by default below `~/.cache`; made when it is not there. */
export function cacheDir(...path: string[]): string {
  const dir = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'arm64-compat', ...path)
  mkdirSync(dir, { recursive: true })
  return dir
}

/** SHA-256 over labelled parts, first 16 hexadecimal digits: the key of a cache entry. */
export function keyOf(parts: Record<string, string | Buffer>): string {
  const hash: Hash = createHash('sha256')
  for (const [name, value] of Object.entries(parts)) hash.update(`${name}\0${value.length}\0`).update(value)
  return hash.digest('hex').slice(0, 16)
}

/** Contents of files of `guest/`, by path, for `keyOf`. */
export function contents(paths: readonly string[]): Record<string, Buffer> {
  return Object.fromEntries(paths.map((path) => [path, readFileSync(guestFile(path))]))
}

const hashes = new Map<string, Promise<string>>()

/** SHA-256 of a file that may be large, in hexadecimal; read once, and again when size or time of change are others. */
export function hashFile(path: string): Promise<string> {
  const found = hashes.get(path) ?? rememberedHash(path)
  hashes.set(path, found)
  return found
}

async function rememberedHash(path: string): Promise<string> {
  const { size, mtimeMs } = statSync(path)
  const note = join(cacheDir('hashes'), keyOf({ path, size: String(size), time: String(mtimeMs) }))
  if (existsSync(note)) return readFileSync(note, 'utf8')
  const hash = await hashContents(path)
  writeFileSync(`${note}.${process.pid}`, hash)
  renameSync(`${note}.${process.pid}`, note)
  return hash
}

async function hashContents(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
