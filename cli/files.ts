/** Files that come in, with limits; files that go out, whole or not at all. */
import { chmodSync, closeSync, fstatSync, fsyncSync, openSync, readSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from '../trace/errors.js'

/** No input of this program is larger. */
export const LIMIT = 64 * 1024 * 1024

/**
 * The text of a file of at most `limit` bytes; `-` is standard input. Throws UsageError: `E_NO_FILE`, `E_NO_ACCESS`, `E_IS_DIRECTORY`,
 * `E_EMPTY_FILE`, `E_FILE_TOO_LARGE` (before it is read), `E_NOT_TEXT` (not UTF-8), `E_READ`.
 */
export function readInput(path: string, limit = LIMIT): string {
  const fd = path === '-' ? 0 : guarded(path, () => openSync(path, 'r'))
  try {
    const stat = fstatSync(fd)
    if (stat.isDirectory()) throw new UsageError('E_IS_DIRECTORY', `${path} is a directory`)
    if (stat.isFile() && stat.size > limit) throw tooLarge(path, limit)
    const bytes = guarded(path, () => readUpTo(fd, path, limit, stat))
    if (bytes.length === 0) throw new UsageError('E_EMPTY_FILE', `${path} is empty`)
    try { return new TextDecoder('utf-8', { fatal: true }).decode(bytes) } catch {
      throw new UsageError('E_NOT_TEXT', `${path} is not UTF-8 text`)
    }
  } finally { if (fd !== 0) closeSync(fd) }
}

const tooLarge = (path: string, limit: number): UsageError => new UsageError('E_FILE_TOO_LARGE', `${path} has more than ${limit >= 1 << 20 ? `${limit >> 20} MB` : `${limit} bytes`}`)

/** Pipes and devices tell no size: they are read until they end or are too large. */
function readUpTo(fd: number, path: string, limit: number, stat: Stats): Buffer {
  const chunks: Buffer[] = []
  let total = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(stat.isFile() ? stat.size - total + 1 : 1 << 16)
    const n = readSync(fd, chunk)
    if (n === 0) return Buffer.concat(chunks)
    total += n
    if (total > limit) throw tooLarge(path, limit)
    chunks.push(chunk.subarray(0, n))
    if (stat.isFile() && total >= stat.size) return Buffer.concat(chunks)
  }
}

/**
 * Writes a file by way of a temporary one beside it: a reader sees the old text or the new, never a part.
 * `-` is standard output. Throws UsageError: `E_NO_FILE` (no such directory), `E_NO_ACCESS`, `E_IS_DIRECTORY`, `E_WRITE`.
 */
export function writeOutput(path: string, text: string): void {
  if (path === '-') {
    process.stdout.write(text)
    return
  }
  const before = statSync(path, { throwIfNoEntry: false })
  if (before?.isDirectory()) throw new UsageError('E_IS_DIRECTORY', `${path} is a directory`)
  if (before !== undefined && !before.isFile()) return guarded(path, () => writeFileSync(path, text), 'E_WRITE')
  const target = before === undefined ? path : realpathSync(path)
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`)
  guarded(path, () => {
    try {
      const fd = openSync(temporary, 'wx')
      try {
        writeFileSync(fd, text)
        fsyncSync(fd)
      } finally { closeSync(fd) }
      if (before !== undefined) chmodSync(temporary, before.mode)
      renameSync(temporary, target)
    } catch (e) {
      rmSync(temporary, { force: true })
      throw e
    }
  }, 'E_WRITE')
}

function guarded<T>(path: string, f: () => T, otherwise = 'E_READ'): T {
  try { return f() } catch (e) {
    if (!(e instanceof Error) || !('code' in e) || e instanceof UsageError) throw e
    switch (e.code) {
      case 'ENOENT': throw new UsageError('E_NO_FILE', `${path}: no such file or directory`)
      case 'ENOTDIR': throw new UsageError('E_NO_FILE', `${path}: a part of the path is no directory`)
      case 'EACCES': case 'EPERM': case 'EROFS': throw new UsageError('E_NO_ACCESS', `${path}: permission denied`)
      case 'EISDIR': throw new UsageError('E_IS_DIRECTORY', `${path} is a directory`)
      default: throw new UsageError(otherwise, `${path}: ${e.message}`)
    }
  }
}
