#!/usr/bin/env node
/** The command line. What a command needs is loaded when it runs. */
import { program } from './program.js'
import { exitStatus, oneLine } from './errors.js'

// a reader that has seen enough (`| head`) is no error
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (e: NodeJS.ErrnoException) => {
    if (e.code !== 'EPIPE') throw e
    process.exit(process.exitCode ?? 0)
  })
}

try {
  await program().parseAsync(process.argv)
} catch (e) {
  const line = oneLine(e)
  if (line !== undefined) process.stderr.write(`arm64-compat: ${line}\n`)
  if (process.env['ARM64_COMPAT_DEBUG'] === '1' && e instanceof Error) process.stderr.write(`${e.stack ?? ''}\n`)
  process.exitCode = exitStatus(e)
}
