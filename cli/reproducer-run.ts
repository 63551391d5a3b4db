import { guestKernel } from '../guest/index.js'
import { obtain } from '../guest/kernels.js'
import { compileReproducer } from '../guest/program.js'
import { onConsole } from '../guest/qemu.js'
import { reproducer } from '../guest/reproducer/index.js'
import { parseItf } from '../trace/itf.js'
import type { Status } from './action.js'
import { readInput } from './files.js'

/** Exit status 1: it ran, and a line of it is `not ok`. */
export async function writeReproducer(file: string, runOn: string | undefined): Promise<Status> {
  const trace = parseItf(readInput(file), file)
  const source = reproducer(trace)
  if (runOn === undefined) {
    process.stdout.write(source)
    return 0
  }
  const kernel = guestKernel(runOn)
  const { image, modules } = await obtain(kernel, (line) => process.stderr.write(`${line}\n`))
  const program = await compileReproducer(source)
  const c = trace.config
  const cpu = c.mte ? 'max-mte' : c.dit || c.ssbs || c.bti ? 'max' : 'cortex-a72'
  const printed = await onConsole({ image, cpu, kpti: c.kpti, cmdline: kernel.cmdline, extra: [...modules, { name: 'repro', data: program }] }, false)
  const lines = printed.split(/\r?\n/).filter((l) => /^(ok|not ok|TAP|1\.\.|#|Bail)/.test(l))
  process.stdout.write(`${lines.join('\n')}\n`)
  return lines.some((l) => l.startsWith('1..')) && !lines.some((l) => /^(not ok|Bail)/.test(l)) ? 0 : 1
}
