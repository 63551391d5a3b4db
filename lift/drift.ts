/** Has a modelled function another text? Token streams only: no headers are followed, nothing is lifted. */
import { createHash } from 'node:crypto'
import { defconfig } from './config.js'
import { homes } from './lift.js'
import { scan, tokenText } from './scan.js'
import type { Files } from './tree.js'

/** Headers with functions that are modelled. */
const headers = ['asm/ptrace.h', 'asm/compat.h', 'asm/syscall.h', 'asm/processor.h', 'asm/thread_info.h'].map((h) => `arch/arm64/include/${h}`).concat('include/linux/compat.h')
/** Macros of statements that are modelled: SET_PERSONALITY and its like. */
const macros = 'arch/arm64/include/asm/elf.h'

export interface Text { readonly name: string, readonly file: string, readonly line: number, readonly hash: string }

/** SHA-256 of the token stream of each named function, or macro of asm/elf.h, that the tree has: comments and layout do not count. */
export function functionTexts(files: Files, names: readonly string[]): Text[] {
  const wanted = new Set(names)
  const found = new Map<string, Text>()
  for (const file of [...homes, ...headers, macros]) {
    const text = files.read(file)
    if (text === undefined) continue
    for (const list of scan(file, text, defconfig).definitions.values()) {
      for (const d of list) {
        if (d.kind !== (file === macros ? 'macro' : 'function') || !wanted.has(d.name) || found.has(d.name)) continue
        found.set(d.name, { name: d.name, file: d.file, line: d.line, hash: createHash('sha256').update(tokenText(d)).digest('hex') })
      }
    }
  }
  return names.flatMap((n) => found.get(n) ?? [])
}
