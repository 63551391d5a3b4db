/** Solvers of the machine: those that can be are kept running (session.ts), the others are one process a query. */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { sexps, unquote } from '../../model/terms/parse.js'
import { declarations, printedValues, quote } from './text.js'
import { defaultTimeoutMs, type Answer, type Query, type SolverName, type Value, type Verdict } from './types.js'

export type NativeSolver = Exclude<SolverName, 'embedded'>

/** Where a program is on the PATH, or undefined. */
export function onPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '').split(delimiter).filter((d) => d !== '').map((d) => join(d, program)).find((file) => {
    try { accessSync(file, constants.X_OK); return true } catch { return false }
  })
}

/** Runs commands on a solver: what it prints; `problem` says why that is not all. */
export type RunCommands = (commands: string, limitMs: number, rlimit?: number) => Promise<{ out: string, problem?: string }>

/** Boolector takes whole seconds, no get-value and no set-option; it prints its model by itself. */
export const boolectorRun: RunCommands = (commands, ms) => runProcess('boolector', ['--smt2', '-m', '-t', String(Math.ceil(ms / 1000))], `${commands}(exit)\n`, ms + 5_000)

/** Decides a query. Never rejects. */
export async function askNative(solver: NativeSolver, query: Query, run: RunCommands): Promise<Answer> {
  const begun = performance.now()
  const limit = query.timeoutMs ?? defaultTimeoutMs
  const declared = declarations(query.text)
  const names = query.values ?? declared.map((d) => d.name)
  const wanted = solver !== 'boolector' && names.length > 0 ? `(get-value (${names.map(quote).join(' ')}))\n` : ''
  const { out, problem } = await run(`${query.text}(check-sat)\n${wanted}`, limit, query.rlimit)
  const verdict = ((): Verdict => {
    if (problem !== undefined) return { kind: 'unknown', reason: problem }
    const first = /^(sat|unsat)\n/.exec(out)?.[1]
    if (first === 'unsat') return { kind: 'unsat' }
    if (first === undefined) return { kind: 'unknown', reason: out.trim().replace(/\s+/g, ' ').slice(0, 200) || 'no answer' }
    const model = solver === 'boolector' ? boolectorModel(out, new Map(declared.map((d) => [d.name, d.width])))
      : printedValues(wanted === '' ? [] : sexps(out)[1] ?? 'nothing')
    return { kind: 'sat', model: new Map([...model].filter(([name]) => names.includes(name))) }
  })()
  return { ...verdict, milliseconds: performance.now() - begun, solver }
}

/** Standard input in, standard output out. `problem` says why there is nothing to read. */
export function runProcess(program: string, args: readonly string[], input: string, limitMs: number): Promise<{ out: string, problem?: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    const out: Buffer[] = []
    const timer = setTimeout(() => { child.kill('SIGKILL'); resolve({ out: '', problem: `ended after ${limitMs} ms` }) }, limitMs)
    const finish = (problem?: string): void => {
      clearTimeout(timer)
      const text = Buffer.concat(out).toString('utf8')
      resolve(problem === undefined ? { out: text } : { out: text, problem })
    }
    child.on('error', (e: NodeJS.ErrnoException) => finish(e.code === 'ENOENT' ? `${program} is not on the PATH` : e.message))
    child.on('close', (_, signal) => finish(signal === null ? undefined : `ended by ${signal}, as on reaching a limit`))
    child.stdout.on('data', (b: Buffer) => out.push(b))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** Lines `name value`, the value in binary; what does not matter is an x. */
function boolectorModel(out: string, widths: ReadonlyMap<string, number>): Map<string, Value> {
  const model = new Map<string, Value>()
  for (const [, quoted, bits] of out.matchAll(/^(\|[^|]*\||[^\s|]+) ([01x]+)$/gm)) {
    const value = BigInt(`0b${bits!.replaceAll('x', '0')}`)
    model.set(unquote(quoted!), widths.get(unquote(quoted!)) === 0 ? value === 1n : value)
  }
  return model
}
