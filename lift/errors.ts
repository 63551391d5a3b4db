/** Where a piece of C stands. `line` counts from 1. */
export interface Place { readonly file: string, readonly line: number }

/** A construct, call, macro or size that lift/ does not know: never a guess. Carries file, line and source text. */
export class LiftError extends Error {
  readonly code = 'E_NOT_LIFTED'
  constructor(readonly reason: string, readonly place: Place, readonly text: string) {
    super(`${place.file}:${place.line}: ${reason}: ${text.replace(/\s+/g, ' ').trim().slice(0, 160)}`)
    this.name = 'LiftError'
  }
}

/** Bounds for a stranger's source. What exceeds one ends in a `LiftError`. */
export const limits = {
  fileBytes: 8 << 20,
  /** tokens of one function or definition after macro expansion */
  tokens: 60_000,
  macroDepth: 64,
  callDepth: 40,
  nesting: 200,
  /** times a loop body is executed; what is beyond becomes an obligation */
  unroll: 40,
  /** statements executed for one function, inlined ones included */
  steps: 200_000,
  arrayLength: 4096,
} as const
