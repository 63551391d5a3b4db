/** What the user gave cannot be used. Printed as one line; exit status 2. */
export class UsageError extends Error {
  /**
   * @param code stable identifier, e.g. `E_UNKNOWN_CLAIM`
   * @param message one line: what is wrong, where, what to do
   */
  constructor(readonly code: string, message: string) {
    super(message.replace(/\s*\n\s*/g, ' '))
    this.name = 'UsageError'
  }
}

/** Two kinds of evidence contradict each other (a replay that does not reproduce, solvers that disagree). Exit status 4. */
export class ContradictionError extends Error {
  constructor(readonly code: string, message: string) {
    super(message)
    this.name = 'ContradictionError'
  }
}
