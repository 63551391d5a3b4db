/** A kernel source tree as data: files, what each file includes, and where a name is defined. Nothing is compiled or executed. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { limits, LiftError, type Place } from './errors.js'
import { defconfig, type Config } from './config.js'
import { quickIndex, type QuickIndex } from './quick-index.js'
import { scan, tokenText, type Definition, type Scanned } from './scan.js'

/** Where file contents come from: a directory, or a directory with patched files over it. */
export interface Files { read(path: string): string | undefined }

/** Files below a directory. Paths are relative; none leaves the directory. */
export function directory(dir: string): Files {
  return {
    read(path) {
      const p = normalize(path)
      if (p.startsWith('..') || p.startsWith('/')) return undefined
      const full = join(dir, p)
      const s = statSync(full, { throwIfNoEntry: false })
      if (s === undefined || !s.isFile()) return undefined
      if (s.size > limits.fileBytes) throw new LiftError('file is too long', { file: p, line: 1 }, `${s.size} bytes`)
      return readFileSync(full, 'utf8')
    },
  }
}
/** `over` in front of `base`; an `undefined` in it deletes the file. */
export const overlay = (base: Files, over: ReadonlyMap<string, string | undefined>): Files => ({ read: (p) => over.has(p) ? over.get(p) : base.read(p) })

/** Where functions that are called across files are looked for. */
const calledAcross = ['ptrace', 'process', 'signal', 'signal32', 'syscall', 'sys_compat', 'debug-monitors', 'fpsimd', 'proton-pack', 'traps', 'entry-common', 'cpufeature', 'pointer_auth', 'mte']
  .map((f) => `arch/arm64/kernel/${f}.c`)
const impliedIncludes = ['include/linux/kconfig.h', 'include/linux/compiler_types.h', 'include/linux/compiler_attributes.h', 'include/linux/compiler-gcc.h']

export type Kind = Definition['kind'] | 'enumerator'

export class Tree {
  private readonly texts = new Map<string, string | undefined>()
  private readonly quick = new Map<string, QuickIndex>()
  private readonly scans = new Map<string, Scanned>()
  private readonly closures = new Map<string, ReadonlySet<string>>()
  private readonly where = new Map<string, string[]>()
  private readonly found = new Map<string, Definition | undefined>()
  /** Consulted since the last call of `trackUse`: definitions and options. */
  private used = new Set<Definition>()

  constructor(readonly files: Files, readonly config: Config = defconfig) {}

  /** This tree with other texts of some files (undefined: the file is gone). What did not change is not read again. */
  with(over: ReadonlyMap<string, string | undefined>): Tree {
    const t = new Tree(overlay(this.files, over), this.config)
    this.prepare()
    for (const [k, v] of this.texts) if (!over.has(k)) t.texts.set(k, v)
    for (const [k, v] of this.quick) if (!over.has(k)) t.quick.set(k, v)
    // where names stand, and which conditions hold, is the same as long as no file defines or includes other names
    if (![...over].every(([path, text]) => text !== undefined && this.read(path) !== undefined && sameOutline(this.index(path), quickIndex(text)))) return t
    for (const [k, v] of this.scans) if (!over.has(k)) t.scans.set(k, v)
    for (const [k, v] of this.closures) t.closures.set(k, v)
    for (const [k, v] of this.where) t.where.set(k, v)
    for (const [k, v] of this.resolved) t.resolved.set(k, v)
    for (const path of this.indexed) t.indexed.add(path)
    t.prepared = true
    return t
  }

  read(path: string): string | undefined {
    if (!this.texts.has(path)) this.texts.set(path, this.files.read(path))
    return this.texts.get(path)
  }

  /** Runs f and tells which definitions it asked for. */
  trackUse<T>(f: () => T): { value: T, used: ReadonlySet<Definition> } {
    const before = this.used
    this.used = new Set()
    try { return { value: f(), used: this.used } } finally { for (const d of this.used) before.add(d); this.used = before }
  }

  /** The .c file that lifting started from: what a header sees is what this file includes. */
  root = 'arch/arm64/kernel/ptrace.c'
  private prepared = false
  /** Everything the functions' files include is indexed before any condition is judged, so that the order of questions does not matter. */
  private prepare(): void {
    if (this.prepared) return
    this.prepared = true
    for (const f of calledAcross) this.closure(f)
  }

  scanned(path: string): Scanned {
    let s = this.scans.get(path)
    if (s === undefined) {
      const text = this.read(path)
      if (text === undefined) throw new LiftError('no such file in the tree', { file: path, line: 1 }, path)
      this.prepare()
      s = scan(path, text, this.config, (n) => (this.where.get(`macro ${n}`) ?? []).some((f) => f !== path && (f.startsWith('arch/arm64/include/') || (/^_*ARCH_/.test(n) && f.includes('/asm-generic/')))))
      this.scans.set(path, s)
    }
    return s
  }

  /** The one definition that `from` (a file of the tree) sees. Throws when there are several different ones, or its condition cannot be judged. */
  lookup(kind: Kind, name: string, from: string, at: Place): Definition | undefined {
    const key = `${kind} ${name} ${from} ${this.root}`
    if (!this.found.has(key)) this.found.set(key, this.search(kind, name, from, at))
    const d = this.found.get(key)
    if (d !== undefined) {
      if (d.unknown !== undefined) throw new LiftError(`${d.file}:${d.line} stands under a condition that cannot be judged (${d.unknown})`, at, name)
      this.used.add(d)
    }
    return d
  }

  private search(kind: Kind, name: string, from: string, at: Place): Definition | undefined {
    // a header is read as part of the file that includes it
    const closure = this.closure(from.endsWith('.h') ? this.root : from)
    const near = (this.where.get(`${kind === 'prototype' ? 'function' : kind} ${name}`) ?? []).filter((f) => closure.has(f))
    let all = this.definitions(kind, name, near)
    // a stub under `#ifndef` gives way to the real one in another file
    if (kind === 'function' && all.every((d) => d.weak)) {
      const across = this.definitions(kind, name, (this.where.get(`function ${name}`) ?? []).filter((f) => calledAcross.includes(f) && !near.includes(f)))
      if (across.length > 0) all = across
    }
    if (all.length <= 1) return all[0]
    const own = all.filter((d) => d.file === from)
    const strong = all.filter((d) => !d.weak)
    for (const set of [own, strong.filter((d) => d.unknown === undefined), strong.filter((d) => d.file.startsWith('arch/arm64/')), all.filter((d) => d.file.startsWith('arch/arm64/')), all.filter((d) => !d.file.includes('/asm-generic/')), all]) {
      if (set.length > 0 && new Set(set.map(tokenText)).size === 1) return set[0]
    }
    throw new LiftError(`defined differently in ${[...new Set(all.map((d) => `${d.file}:${d.line}`))].join(', ')}`, at, name)
  }

  private fieldMasks: ReadonlyMap<string, bigint> | undefined
  /** REG_FIELD_MASK and _SHIFT that newer trees generate from arch/arm64/tools/sysreg. */
  registerField(name: string): bigint | undefined {
    this.fieldMasks ??= readSysreg(this.read('arch/arm64/tools/sysreg') ?? '')
    return this.fieldMasks.get(name)
  }

  private readonly tables = new Map<string, ReadonlyMap<string, number>>()
  /** Numbers that a newer tree generates: __NR_compat32_NAME and __NR_NAME, and the sizes of the tables, from arch/arm64/tools/syscall_*.tbl. */
  syscallNumber(name: string): number | undefined {
    const m = /^__NR_(compat32_)?(\w+)$/.exec(name)
    if (m === null) return undefined
    const path = `arch/arm64/tools/syscall_${m[1] === undefined ? '64' : '32'}.tbl`
    let t = this.tables.get(path)
    if (t === undefined) {
      t = readTable(this.read(path) ?? '')
      this.tables.set(path, t)
    }
    const listed = t.get(m[2]!)
    if (listed !== undefined || m[1] !== undefined) return listed
    const generic = 'include/uapi/asm-generic/unistd.h' // the table before there were generated ones; kept beside them
    const macro = this.read(generic) === undefined ? undefined : this.scanned(generic).definitions.get(`macro ${name}`)?.at(-1)?.macro
    return macro?.body.length === 1 && /^\d+$/.test(macro.body[0]!.text) ? Number(macro.body[0]!.text) : undefined
  }

  private definitions(kind: Kind, name: string, files: readonly string[]): Definition[] {
    return files.flatMap((f) => {
      const s = this.scanned(f)
      if (kind !== 'enumerator') return s.definitions.get(`${kind} ${name}`) ?? []
      return [...s.definitions.values()].flat().filter((d) => d.kind === 'enum' && d.tokens.some((t, i) => t.text === name && (d.tokens[i - 1]?.text === '{' || d.tokens[i - 1]?.text === ',')))
    })
  }

  private readonly indexed = new Set<string>()
  private index(path: string): QuickIndex {
    let q = this.quick.get(path)
    if (q === undefined) this.quick.set(path, q = quickIndex(this.read(path) ?? ''))
    if (this.indexed.has(path)) return q
    this.indexed.add(path)
    for (const n of q.names) {
      const list = this.where.get(n)
      if (list === undefined) this.where.set(n, [path])
      else list.push(path)
    }
    return q
  }

  /** The file and everything it includes, conditions ignored. */
  closure(from: string): ReadonlySet<string> {
    const known = this.closures.get(from)
    if (known !== undefined) return known
    const seen = new Set<string>()
    const pending = [from, ...impliedIncludes]
    for (let f = pending.pop(); f !== undefined; f = pending.pop()) {
      if (seen.has(f) || this.read(f) === undefined) continue
      seen.add(f)
      for (const inc of this.index(f).includes) {
        const to = this.resolve(inc, f)
        if (to !== undefined && !seen.has(to)) pending.push(to)
      }
    }
    this.closures.set(from, seen)
    return seen
  }

  private readonly resolved = new Map<string, string | undefined>()
  private resolve(include: string, from: string): string | undefined {
    const local = include.startsWith('"')
    const path = include.slice(1)
    const key = local ? `${from} ${path}` : path
    if (!this.resolved.has(key)) {
      const inAsm = path.startsWith('asm/') ? [`include/asm-generic/${path.slice(4)}`, `include/uapi/asm-generic/${path.slice(4)}`] : []
      const options = [...(local ? [normalize(join(from, '..', path))] : []), `arch/arm64/include/${path}`, `arch/arm64/include/generated/${path}`, `arch/arm64/include/uapi/${path}`, ...inAsm,
        `include/${path}`, `include/uapi/${path}`, ...(path.startsWith('uapi/') ? [`arch/arm64/include/${path}`] : [])]
      this.resolved.set(key, options.find((p) => this.read(p) !== undefined))
    }
    return this.resolved.get(key)
  }

  /** SHA-256 over the token stream of a definition: comments and layout do not count. */
  static hash(d: Definition): string { return createHash('sha256').update(tokenText(d)).digest('hex') }
}

const sameOutline = (a: QuickIndex, b: QuickIndex): boolean => a.names.size === b.names.size && [...a.names].every((n) => b.names.has(n)) && a.includes.join('\n') === b.includes.join('\n')

const abis = new Set(['common', '64', '32', 'renameat', 'rlimit', 'memfd_secret'])
/** `number abi name …` a line; `syscalls` is one more than the highest number. */
export function readTable(text: string): ReadonlyMap<string, number> {
  const out = new Map<string, number>()
  let size = 0
  for (const line of text.split('\n')) {
    const m = /^(\d{1,5})\s+(\w+)\s+(\w+)/.exec(line)
    if (m === null || !abis.has(m[2]!)) continue
    out.set(m[3]!, Number(m[1]))
    size = Math.max(size, Number(m[1]) + 1)
  }
  if (size > 0) out.set('syscalls', size)
  return out
}

/** `Sysreg NAME …` followed by `Field hi:lo NAME` lines. */
export function readSysreg(text: string): ReadonlyMap<string, bigint> {
  const out = new Map<string, bigint>()
  let register = ''
  for (const line of text.split('\n')) {
    const reg = /^Sysreg(?:Fields)?\s+(\w+)/.exec(line)
    if (reg !== null) register = reg[1]!
    const f = /^(?:Field|Enum|UnsignedEnum|SignedEnum)\s+(\d+)(?::(\d+))?\s+(\w+)/.exec(line)
    if (f === null) continue
    const hi = BigInt(f[1]!)
    const lo = f[2] === undefined ? hi : BigInt(f[2])
    if (hi > 63n || lo > hi) continue
    out.set(`${register}_${f[3]}_MASK`, ((1n << (hi - lo + 1n)) - 1n) << lo)
    out.set(`${register}_${f[3]}_SHIFT`, lo)
  }
  return out
}
