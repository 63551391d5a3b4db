/** C of a test: lifted from memory; run by the system's compiler where there is one. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluate } from '../../model/terms/evaluate.js'
import { Lifter, Tree, type Lifted, type NotLifted, type Request } from '../../lift/index.js'

export const home = 'arch/arm64/kernel/ptrace.c'
export const treeOf = (text: string, more: Record<string, string> = {}): Tree => new Tree({ read: (p) => p === home ? text : more[p] })

export async function liftC(text: string, name: string, request: Request = {}, more: Record<string, string> = {}): Promise<Lifted | NotLifted> {
  return (await Lifter.on(treeOf(text, more))).lift(name, request)
}
export async function lifted(text: string, name: string, request: Request = {}, more: Record<string, string> = {}): Promise<Lifted> {
  const r = await liftC(text, name, request, more)
  if (r.kind !== 'lifted') throw new Error(`${r.name}: ${r.reason} (${r.place.file}:${r.place.line}: ${r.text})`)
  return r
}
/** The result for these parameters, as an unsigned number of the result's width. */
export function call(f: Lifted, args: Record<string, bigint>): bigint {
  if (f.result === undefined) throw new Error(`${f.name} returns nothing`)
  return evaluate(f.result, (name, width) => BigInt.asUintN(width, args[name] ?? 0n)) as bigint
}

export const hasCompiler = spawnSync('cc', ['--version']).status === 0

/** What a compiled program prints for each call of each function: the value as the unsigned of its width. */
export function compiled(source: string, functions: readonly { name: string, bits: number }[], calls: readonly (readonly bigint[])[]): bigint[][] {
  const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-cc-'))
  try {
    const rows = calls.map((a) => `{${a.map((x) => `${BigInt.asUintN(64, x)}ull`).join(', ')}}`).join(',\n')
    const lines = functions.map(({ name, bits }) => `  for (int i = 0; i < ${calls.length}; i++) printf("%llu\\n", (unsigned long long)(uint${bits}_t)${name}(args[i][0], args[i][1]));`)
    writeFileSync(join(dir, 'a.c'), `#include <stdio.h>\n#include <stdint.h>\n#include <stdbool.h>\ntypedef uint8_t u8; typedef uint16_t u16; typedef uint32_t u32; typedef unsigned long long u64; typedef int8_t s8; typedef int16_t s16; typedef int32_t s32; typedef long long s64;\n${source}\nstatic const unsigned long long args[][2] = {${rows}};\nint main(void) {\n${lines.join('\n')}\n return 0; }\n`)
    execFileSync('cc', ['-O0', '-w', '-fwrapv', '-fno-strict-overflow', '-o', join(dir, 'a'), join(dir, 'a.c')])
    const out = execFileSync(join(dir, 'a'), { encoding: 'utf8', maxBuffer: 1 << 26 }).trim().split('\n').map(BigInt)
    return functions.map((_, i) => out.slice(i * calls.length, (i + 1) * calls.length))
  } finally { rmSync(dir, { recursive: true }) }
}
