/** What a claim is: one sentence, the situation it speaks of, what it says of it. Claims use the observable state of trace/ and terms; never model functions. */
import type { Bool } from '../model/terms/term.js'
import type { Kernel } from '../model/index.js'
import type { TaskName } from '../trace/state.js'
import type { Run, Script, TaskStart } from './run.js'

export type Quantifier = 'forall' | 'exists'
export type Userspace = 'any' | 'contract'

/** A class of runs: who is there at the start, what happens, in which order. Its data is free. */
export interface Shape {
  readonly name: string
  readonly tasks: readonly TaskStart[]
  readonly script: Script
  /** For comparisons: the second run, from the same inputs. */
  readonly second?: {
    readonly tasks?: readonly TaskStart[]
    readonly script?: Script
    readonly kernel?: (k: Kernel) => Kernel
    /** Ties the inputs of the second run to those of the first; every other input of the second is the first's. */
    readonly tie?: Tie
    /** what distinguishes the second run, in words */
    readonly label: string
  }
  /** What the sentence is about, on these runs. */
  readonly situation: (r: Runs) => Bool
  /** What it says. */
  readonly property: (r: Runs) => Bool
  /** Longer classes of runs from exec whose end is of this shape: where a witness of this one starts from an assumed state. */
  readonly fromExec?: () => Shape | readonly Shape[]
}
export interface Runs { readonly first: Run, readonly second: Run | undefined, readonly kernel: Kernel }
/** For an input of the second run (by path): its own variable ('free'), a transformed value, or undefined for the first run's. */
export type Tie = (path: string, first: Run) => 'free' | import('../model/terms/term.js').Term | undefined

export interface Claim {
  readonly id: string
  readonly quantifier: Quantifier
  /** the sentence as the message has it */
  readonly sentence: string
  readonly whose: 'reviewer' | 'author' | 'project'
  /** where the sentence stands */
  readonly source: string
  /** identifier of the claim of the other side that this one answers */
  readonly answers?: string
  /** situation and property in words */
  readonly inWords: { readonly situation: string, readonly property: string }
  /** The task that keeps the author's contract under `--userspace contract`. */
  readonly emulator: TaskName
  readonly shapes: readonly Shape[]
  /** A conjunction: each condition is decided for itself, and the claim is their conjunction. */
  readonly conditions?: readonly Claim[]
}
