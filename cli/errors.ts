/** What the user sees of an error: one line, and the exit status. */
import { CommanderError } from 'commander'
import { printable } from '../report/printable.js'
import { ContradictionError, UsageError } from '../trace/errors.js'

/** The line for standard error; undefined if there is nothing to say (help was asked for). */
export function oneLine(e: unknown): string | undefined {
  if (e instanceof CommanderError) {
    if (e.exitCode === 0) return undefined
    return `${flat(e.message).replace(/^error: /, '')}; --help shows the usage (E_USAGE)`
  }
  if (e instanceof UsageError || e instanceof ContradictionError) return `${flat(e.message)} (${e.code})`
  return `unexpected error: ${flat(e instanceof Error ? `${e.name}: ${e.message}` : String(e))}; ARM64_COMPAT_DEBUG=1 shows where (E_INTERNAL)`
}

/** 2 wrong use, wrong input or an unexpected error; 4 evidence that contradicts itself. */
export function exitStatus(e: unknown): number {
  if (e instanceof CommanderError && e.exitCode === 0) return 0
  return e instanceof ContradictionError ? 4 : 2
}

/** One line, not endless. */
function flat(text: string): string {
  const line = printable(text)
  return line.length > 1000 ? `${line.slice(0, 1000)}…` : line
}
