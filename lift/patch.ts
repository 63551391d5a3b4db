/**
 * Patches as `git format-patch` writes them and mails carry them, applied in memory. A hunk may stand at another line than it says; where its
 * context differs at the ends by at most two lines (the fuzz of patch(1)), it is applied and reported.
 */
import { createHash } from 'node:crypto'
import type { Files } from './tree.js'
import { overlay } from './tree.js'

export class PatchError extends Error {
  readonly code = 'E_PATCH'
  constructor(message: string) { super(message); this.name = 'PatchError' }
}
interface Hunk { readonly start: number, readonly old: readonly string[], readonly fresh: readonly string[], readonly line: number }
export interface FilePatch { readonly from: string | undefined, readonly to: string | undefined, readonly hunks: readonly Hunk[], /** git's names of the file before and after, as far as the `index` line writes them */ readonly blobs?: readonly [string, string] }

const LIMIT = 4 << 20

/** The files a patch changes. Text around the diffs (mail headers, the message, a signature) is skipped. */
export function parsePatch(text: string): FilePatch[] {
  if (text.length > LIMIT) throw new PatchError(`patch has more than ${LIMIT >> 20} MB`)
  const lines = decodeMail(text).split('\n')
  const out: FilePatch[] = []
  for (let i = 0; i < lines.length; i++) {
    if (!lines[i]!.startsWith('--- ') || lines[i + 1]?.startsWith('+++ ') !== true) continue
    const from = fileName(lines[i]!)
    const to = fileName(lines[i + 1]!)
    const hunks: Hunk[] = []
    const begun = i
    i += 2
    while (lines[i]?.startsWith('@@ ') === true) {
      const [hunk, next] = readHunk(lines, i)
      hunks.push(hunk)
      i = next
    }
    if (hunks.length === 0) throw new PatchError(`line ${i + 1}: a file without a change`)
    const blobs = /^index ([0-9a-f]{7,40})\.\.([0-9a-f]{7,40})(?: |$)/.exec(lines[begun - 1] ?? '')
    out.push({ from, to, hunks, ...blobs === null ? {} : { blobs: [blobs[1]!, blobs[2]!] } })
    i--
  }
  if (out.length === 0) throw new PatchError('no diff in it: neither `git format-patch` nor a mail of it')
  return out
}

function fileName(line: string): string | undefined {
  const name = line.slice(4).replace(/\t.*$/, '').replace(/\r$/, '').trim()
  if (name === '/dev/null') return undefined
  const path = name.replace(/^[ab]\//, '')
  if (path.startsWith('/') || path.split('/').includes('..')) throw new PatchError(`${path} leaves the tree`)
  return path
}

function readHunk(lines: readonly string[], at: number): [Hunk, number] {
  const m = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[at]!)
  if (m === null) throw new PatchError(`line ${at + 1}: not a hunk: ${lines[at]}`)
  let [left, right] = [Number(m[2] ?? 1), Number(m[4] ?? 1)]
  const old: string[] = []
  const fresh: string[] = []
  let i = at + 1
  while (left > 0 || right > 0) {
    const line = lines[i]?.replace(/\r$/, '')
    if (line === undefined) throw new PatchError(`line ${i + 1}: the hunk of line ${at + 1} ends too early`)
    const kind = line[0] ?? ' ' // mailers strip the blank of an empty context line
    const rest = line.slice(1)
    if (kind === ' ') { old.push(rest); fresh.push(rest); left--; right-- }
    else if (kind === '-') { old.push(rest); left-- }
    else if (kind === '+') { fresh.push(rest); right-- }
    else if (kind !== '\\') throw new PatchError(`line ${i + 1}: the hunk of line ${at + 1} is damaged: ${line.slice(0, 60)}`)
    if (left < 0 || right < 0) throw new PatchError(`line ${i + 1}: the hunk of line ${at + 1} has more lines than it says`)
    i++
  }
  if (lines[i]?.startsWith('\\') === true) i++
  return [{ start: Number(m[1]), old, fresh, line: at + 1 }, i]
}

/** Content-Transfer-Encoding: quoted-printable, as some mails are stored. */
function decodeMail(text: string): string {
  const head = text.slice(0, Math.max(0, text.search(/\r?\n\r?\n/)))
  if (!/^content-transfer-encoding:\s*quoted-printable/im.test(head)) return text
  return text.replace(/=\r?\n/g, '').replace(/(?:=[\dA-F]{2})+/gi, (m) => Buffer.from(m.replace(/=/g, ''), 'hex').toString('utf8'))
}

/** The texts after the patches, in order, over the tree's (undefined: the file is gone), and what was applied with fuzz. Throws `PatchError` where a hunk does not fit. */
export function patched(base: Files, patches: readonly { readonly name: string, readonly text: string }[]): { files: Files, over: ReadonlyMap<string, string | undefined>, notes: readonly string[] } {
  const over = new Map<string, string | undefined>()
  const notes: string[] = []
  const files = overlay(base, over)
  for (const { name, text } of patches) {
    const named = { before: 0, after: 0, of: 0 }
    for (const p of parsePatch(text)) {
      const before = p.from === undefined ? '' : files.read(p.from)
      if (before === undefined) {
        // only files that are there can be judged; a patch may touch more of the kernel than the tree at hand holds
        if (p.from !== undefined && /^(arch\/arm64|include|kernel)\//.test(p.from)) throw new PatchError(`${name}: ${p.from} is not in the tree`)
        continue
      }
      const after = applyHunks(before, p, name, notes)
      if (p.blobs !== undefined) {
        named.of++
        if (blobName(before).startsWith(p.blobs[0])) named.before++
        if (blobName(after).startsWith(p.blobs[1])) named.after++
      }
      if (p.from !== undefined && p.from !== p.to) over.set(p.from, undefined)
      if (p.to !== undefined) over.set(p.to, after)
    }
    if (named.of > 0) notes.push(`${name}: ${named.before} of ${named.of} files are byte for byte those it was made on, ${named.after} those it makes of them (git's names of their contents)`)
  }
  return { files, over, notes }
}

/** What git calls a file with this content. */
const blobName = (text: string): string => { const bytes = Buffer.from(text, 'utf8'); return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex') }

const MAX_FUZZ = 2
function applyHunks(text: string, p: FilePatch, name: string, notes: string[]): string {
  const lines = text.split('\n')
  let shift = 0
  for (const h of p.hunks) {
    const want = Math.max(0, h.start - 1 + shift)
    const found = findWithFuzz(lines, h, want)
    if (found === undefined) throw new PatchError(`${name}: line ${h.line}: the hunk does not fit ${p.from ?? p.to}`)
    const { at, fuzz, top, bottom } = found
    const [old, fresh] = [h.old.slice(top, h.old.length - bottom), h.fresh.slice(top, h.fresh.length - bottom)]
    if (fuzz > 0) notes.push(`${name}: line ${h.line}: applied to ${p.from ?? p.to} at line ${at + 1} (offset ${at - want - top}) with fuzz ${fuzz}`)
    lines.splice(at, old.length, ...fresh)
    shift += at - top - want + h.fresh.length - h.old.length
  }
  return lines.join('\n')
}
/** Where a hunk fits, without up to `fuzz` lines of the context at either end. */
function findWithFuzz(lines: readonly string[], h: Hunk, want: number): { at: number, fuzz: number, top: number, bottom: number } | undefined {
  const lead = h.old.findIndex((l, i) => h.fresh[i] !== l)
  const tail = [...h.old].reverse().findIndex((l, i) => h.fresh[h.fresh.length - 1 - i] !== l)
  const context = (n: number): number => n < 0 ? Math.min(h.old.length, h.fresh.length) : n
  for (let fuzz = 0; fuzz <= MAX_FUZZ; fuzz++) {
    const [top, bottom] = [Math.min(fuzz, context(lead)), Math.min(fuzz, context(tail))]
    const old = h.old.slice(top, h.old.length - bottom)
    if (old.length === 0 && fuzz > 0) return undefined
    const at = find(lines, old, want + top)
    if (at !== undefined) return { at, fuzz, top, bottom }
  }
  return undefined
}
/** The place nearest to `want` where these lines stand. */
function find(lines: readonly string[], old: readonly string[], want: number): number | undefined {
  const fits = (at: number): boolean => at >= 0 && at + old.length <= lines.length && old.every((l, i) => lines[at + i] === l)
  // a line number may be absurd: the search stays within the file
  const from = Math.min(want, lines.length)
  for (let d = 0; d <= lines.length; d++) {
    if (fits(from + d)) return from + d
    if (d > 0 && fits(from - d)) return from - d
  }
  return undefined
}
