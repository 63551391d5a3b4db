/** The guest's own programs, compiled once for both widths and packed as the first root file system. */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../trace/errors.js'
import { cpio, type Entry } from './cpio.js'
import { cacheDir, contents, guestFile, keyOf } from './paths.js'
import { have, run } from './run.js'

const sources = ['program/lab.c', 'program/tracees.c', 'program/tracees.h', 'program/record.c', 'program/record.h', 'program/boot.c', 'program/boot.h', 'program/call.c', 'program/call.h', 'program/protocol.h', 'program/child.S', 'program/tls.S']
/** Static and at 0x60000000: the traced tasks keep the low addresses, and pointers fit 32 bits. */
const hosted = ['-O2', '-Wall', '-Wextra', '-Werror', '-fno-strict-aliasing', '-static', '-no-pie', '-Wl,-Ttext-segment=0x60000000', '-Wl,--build-id=none', '-s']
const bare = (address: string): string[] => ['-nostdlib', '-static', `-Wl,--section-start=.page=${address}`, '-Wl,--build-id=none', '-Wl,-z,max-page-size=4096', '-Wl,--no-warn-rwx-segments', '-s']
export const compilers = { 64: 'aarch64-linux-gnu-gcc', 32: 'arm-linux-gnueabihf-gcc' } as const

const lab = ['program/lab.c', 'program/tracees.c', 'program/record.c', 'program/boot.c', 'program/call.c'] as const

interface Program { readonly name: string, readonly bits: 64 | 32, readonly flags: readonly string[], readonly files: readonly string[] }
const programs: readonly Program[] = [
  { name: 'init', bits: 64, flags: hosted, files: lab },
  { name: 'lab32', bits: 32, flags: hosted, files: lab },
  { name: 'child64', bits: 64, flags: bare('0x400000'), files: ['program/child.S'] },
  { name: 'child32', bits: 32, flags: bare('0x10000'), files: ['program/child.S'] },
  { name: 'tls64', bits: 64, flags: bare('0x400000'), files: ['program/tls.S'] },
  { name: 'tls32', bits: 32, flags: bare('0x10000'), files: ['program/tls.S'] },
]

/** The programs, from the cache or freshly compiled. Throws `E_NO_TOOL`. */
export async function buildPrograms(): Promise<Entry[]> {
  const dir = cacheDir('program', keyOf({ ...contents(sources), flags: JSON.stringify(programs) }))
  const entries: Entry[] = []
  for (const p of programs) {
    const path = join(dir, p.name)
    if (!existsSync(path)) {
      const compiler = compilers[p.bits]
      if (!await have(compiler)) throw new UsageError('E_NO_TOOL', `${compiler} is not on the PATH; scripts/ci-guest.sh says what to install`)
      await run(compiler, [...p.flags, '-o', `${path}.draft`, ...p.files.map((f) => guestFile(f))])
      renameSync(`${path}.draft`, path)
    }
    entries.push({ name: p.name, data: readFileSync(path) })
  }
  return entries
}

/** Compiles one C file (a reproducer) for AArch64; its warnings are errors. */
export async function compileReproducer(source: string): Promise<Buffer> {
  const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-repro-'))
  try {
    writeFileSync(join(dir, 'repro.c'), source)
    await run(compilers[64], ['-O1', '-Wall', '-Wextra', '-Werror', '-static', '-o', join(dir, 'repro'), join(dir, 'repro.c')])
    return readFileSync(join(dir, 'repro'))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** An initrd of the programs and what else a boot needs (modules of a distribution's kernel, a reproducer). */
export async function initrd(extra: readonly Entry[] = []): Promise<Buffer> {
  return cpio([...await buildPrograms(), ...extra])
}
