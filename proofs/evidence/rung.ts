/** One rung of evidence. `failed` is never hidden: what is claimed and what the rung found contradict each other. */
export type Rung = 'climbed' | 'failed' | `not climbed: ${string}`
export const notClimbed = (reason: string): Rung => `not climbed: ${reason.replace(/\s+/g, ' ').trim()}`

/** What a query was decided to be. */
export type Decided = 'sat' | 'unsat'
