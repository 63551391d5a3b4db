/** A point of the review that is no property of the state of trace/: what it says, and why nothing can be decided here. */
export interface Entry {
  /** like a claim's: room/what */
  readonly id: string
  readonly who: string
  /** as the message has it */
  readonly sentence: string
  readonly source: string
  /** why it is no property of this state */
  readonly why: string
  /** claims that decide the part of it that is one */
  readonly near: readonly string[]
}
