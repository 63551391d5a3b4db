/** Starting programs: output kept for the error message, progress told line by line. */
import { spawn } from 'node:child_process'

export type Progress = (line: string) => void

/** Runs a program to its end; throws with the last lines of its output when it fails. `onLine` sees every line. */
export async function run(program: string, args: readonly string[], options: { cwd?: string, env?: Record<string, string>, onLine?: Progress } = {}): Promise<string> {
  const child = spawn(program, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let rest = ''
  const take = (data: string): void => {
    output += data
    const lines = (rest + data).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach((line) => options.onLine?.(line))
  }
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', take)
  const status = await new Promise<number | null>((done, failed) => child.on('error', failed).on('close', done))
  if (status !== 0) throw new Error(`${program} ${args.slice(0, 6).join(' ')} … ended with ${status}:\n${output.split('\n').slice(-15).join('\n')}`)
  return output
}

/** Is a program on the PATH? */
export function have(program: string): Promise<boolean> {
  return new Promise((done) => spawn('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).on('error', () => done(false)).on('close', (code) => done(code === 0)))
}
