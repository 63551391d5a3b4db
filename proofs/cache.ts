/** Answers kept on disk, by the hash of all that a query is. A file that cannot be read is as good as none. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Oracle } from './oracle.js'

export const cacheDirectory = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'arm64-compat', 'answers')
/** Part of every key: answers of another layout or solver are not read. */
const LAYOUT = 'answers-2'

/** Puts a cache before an oracle. Only definite answers are kept. */
export function cached(oracle: Oracle, solver: string, directory = cacheDirectory()): Oracle {
  const through = async <T extends { kind: string }>(what: string, key: string, make: () => Promise<T>): Promise<T> => {
    const file = join(directory, createHash('sha256').update(`${LAYOUT}\n${solver}\n${what}\n${key}`).digest('hex'))
    try {
      return JSON.parse(readFileSync(file, 'utf8'), revive) as T
    } catch { /* not there, or not ours */ }
    const answer = await make()
    if (answer.kind !== 'unknown') {
      try {
        mkdirSync(directory, { recursive: true })
        writeFileSync(`${file}.${process.pid}`, JSON.stringify(answer, replace))
        renameSync(`${file}.${process.pid}`, file)
      } catch { /* a full or read-only disk costs time, not answers */ }
    }
    return answer
  }
  return {
    ask: (q) => through('ask', q.text + JSON.stringify(q.values ?? null), () => oracle.ask(q)),
    minimise: (q) => through('minimise', q.text + JSON.stringify(q.inputs, replace) + (q.shrinkMs === undefined ? '' : ' shrunk'), () => oracle.minimise(q)),
  }
}

const replace = (_key: string, v: unknown): unknown => typeof v === 'bigint' ? { $n: v.toString() } : v instanceof Map ? { $m: [...v] } : v
function revive(_key: string, v: unknown): unknown {
  if (typeof v !== 'object' || v === null) return v
  if ('$n' in v) return BigInt(v.$n as string)
  return '$m' in v ? new Map(v.$m as [string, unknown][]) : v
}
