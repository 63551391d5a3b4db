/** A solver of the machine that is kept running: queries one after the other, each on a solver that has forgotten the one before. */
import { spawn, type ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'

/** Those that read commands as they come and know `reset`; with the options that a query sets anew. */
const programs: { readonly [K in 'z3' | 'cvc5']: { readonly args: readonly string[], options(ms: number, rlimit: number | undefined): string } } = {
  z3: { args: ['-in', '-smt2'], options: (ms, rlimit) => `(set-option :timeout ${ms})\n(set-option :rlimit ${rlimit ?? 0})\n` },
  cvc5: { args: ['--lang', 'smt2', '--quiet', '--produce-models'], options: (ms) => `(set-option :tlimit-per ${ms})\n` },
}
export type KeptSolver = keyof typeof programs

/** How long a solver may exceed its own limit before it is ended. */
const graceMs = 5_000

export class NativeSession {
  #child: ChildProcess | undefined
  #next = 0
  constructor(private readonly solver: KeptSolver) {}

  /** Runs commands; what the solver prints. `problem` says why that is not all. One at a time; never rejects. A solver that ended is started again. */
  run(commands: string, limitMs: number, rlimit?: number): Promise<{ out: string, problem?: string }> {
    const { options } = programs[this.solver]
    const child = this.#child ??= this.#start()
    const { stdin, stdout } = child
    if (stdin === null || stdout === null) return Promise.resolve({ out: '', problem: 'the solver has no pipes' })
    const mark = `end-of-answer-${this.#next++}`
    // z3 prints the text of an echo, cvc5 the string literal
    const ended = new RegExp(`^"?${mark}"?\\n`, 'm')
    stay(child, true)
    return new Promise((resolve) => {
      let out = ''
      const finish = (problem?: string): void => {
        clearTimeout(timer)
        stdout.off('data', heard)
        child.off('error', failed).off('close', closed)
        stay(child, false)
        if (problem !== undefined) this.stop()
        resolve(problem === undefined ? { out } : { out, problem })
      }
      const heard = (data: Buffer): void => {
        out += data.toString('latin1')
        const at = ended.exec(out)
        if (at === null) return
        out = out.slice(0, at.index)
        finish()
      }
      const failed = (e: NodeJS.ErrnoException): void => finish(e.code === 'ENOENT' ? `${this.solver} is not on the PATH` : e.message)
      const closed = (code: number | null, signal: string | null): void => finish(out.trim().replace(/\s+/g, ' ').slice(0, 200) || `the solver ended (${signal ?? code})`)
      const timer = setTimeout(() => finish(`time limit of ${limitMs} ms reached`), limitMs + graceMs)
      stdout.on('data', heard)
      child.on('error', failed).on('close', closed)
      stdin.write(`${options(limitMs, rlimit)}${commands}(echo "${mark}")\n(reset)\n`)
    })
  }

  #start(): ChildProcess {
    const child = spawn(this.solver, programs[this.solver].args, { stdio: ['pipe', 'pipe', 'ignore'] })
    // what cannot be written is seen by the end of the process
    child.stdin.on('error', () => undefined)
    return child
  }

  stop(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }
}

/** A solver that has nothing to do must not keep the process alive. */
function stay(child: ChildProcess, busy: boolean): void {
  const handles = [child, ...[child.stdin, child.stdout].filter((s) => s instanceof Socket)]
  for (const h of handles) if (busy) h.ref(); else h.unref()
}
