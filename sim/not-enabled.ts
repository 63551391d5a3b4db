/** The event is not possible in that state. `reason` is one line for people. */
export class NotEnabled extends Error {
  constructor(readonly reason: string) {
    super(reason)
    this.name = 'NotEnabled'
  }
}

/** Throws NotEnabled unless the condition holds. */
export function need(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new NotEnabled(reason)
}
