/** Runs the real command. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect } from 'chai'

export const main = resolve('dist/cli/main.js')
export interface Ran { status: number, stdout: string, stderr: string, milliseconds: number }

export function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const began = performance.now()
  return new Promise((done) => {
    execFile(process.execPath, [main, ...args], { env: { ...process.env, ...env }, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      done({ status, stdout, stderr, milliseconds: performance.now() - began })
    })
  })
}

/** Wrong use: status 2, nothing on standard output, one line with the code on standard error. */
export async function expectRefused(args: readonly string[], code: string): Promise<Ran> {
  const ran = await run(args)
  expect(ran.stderr, `arm64-compat ${args.join(' ')}`).to.match(new RegExp(`^arm64-compat: [^\\n]*\\(${code}\\)\\n$`))
  expect(ran.status).to.equal(2)
  expect(ran.stdout).to.equal('')
  return ran
}

/** A directory for the time of the test. */
export async function inDirectory(f: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-'))
  try { await f(dir) } finally { rmSync(dir, { recursive: true }) }
}
