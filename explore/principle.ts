/** What a general principle is: a sentence that has to be true of every kernel, and the runs on which it is looked at. No expected verdicts. */
import type { Bool } from '../model/terms/term.js'
import type { Kernel } from '../model/index.js'
import type { Runs, Shape } from '../proofs/claim.js'

/** One thing that can go wrong on a run: the field (or site) it shows in, and when it does. */
export interface Aspect { readonly field: string, readonly broken: Bool }
/** A condition that may tell two causes apart: `in a fake call`. */
export interface Case { readonly name: string, readonly is: Bool }

/** A class of runs on which a principle is looked at. */
export interface Probe {
  /** what happens: findings with the same event and field are one */
  readonly event: string
  /** who takes part */
  readonly variant: string
  readonly tasks: Shape['tasks']
  readonly script: Shape['script']
  readonly second?: NonNullable<Shape['second']>
  readonly situation?: (r: Runs) => Bool
  readonly aspects: (r: Runs) => Aspect[]
  readonly cases?: (r: Runs) => Case[]
}

export interface Principle {
  readonly name: string
  /** what it says */
  readonly sentence: string
  /** The runs for a kernel; `all`: the kernels there are, for comparisons with a base. */
  readonly probes: (k: Kernel, all: readonly Kernel[]) => readonly Probe[]
  /** A finding in the words a reviewer would use: a sentence without the condition and the kernels. */
  readonly says: (event: string, fields: string) => string
}
