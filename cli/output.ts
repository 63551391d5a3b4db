/** Standard output: colours for a terminal, JSON for programs. */
import pc from 'picocolors'
import { writeOutput } from './files.js'

export type Colours = ReturnType<typeof pc.createColors>

/** Colours for that stream: on a terminal only, and not where NO_COLOR is set (https://no-color.org) or TERM is `dumb`. */
export function colours(stream: { isTTY?: boolean } = process.stdout): Colours {
  const { NO_COLOR, TERM } = process.env
  return pc.createColors(stream.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb')
}

/**
 * What a command has found: as JSON where `json` names a file, as text on standard output otherwise.
 * With `--json -` nothing but one JSON object goes to standard output; with `--json FILE` the text is printed as well.
 */
export function emit(json: string | undefined, object: () => object, text: () => string): void {
  if (json !== undefined) writeOutput(json, `${JSON.stringify(object(), null, 1)}\n`)
  if (json !== '-') process.stdout.write(text())
}
