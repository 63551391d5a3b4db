/** What a symbolic run is made of: cells, what happens outside, what must be shown, and who answers for what is not lifted. */
import type { Bool, BV, Term } from '../model/terms/term.js'
import type { Place } from './errors.js'
import type { CType } from './types.js'
import type { FunctionSyntax } from './unit.js'
import type { Value } from './values.js'

export interface Store { cells: Map<string, Value>, live: Bool }
/** Something that happens outside the lifted state, in program order: a signal, a tracing stop, a system call handler. */
export interface Effect { readonly when: Bool, readonly name: string, readonly args: readonly Term[] }
/** What C leaves undefined or what was cut off: must be shown to hold, or be asked of the caller. */
export interface Obligation { readonly holds: Bool, readonly what: string, readonly place: Place }
export interface UserRead { readonly when: Bool, readonly addr: BV<64>, readonly bytes: number, readonly value: Term, readonly fault: Bool }
export interface UserWrite { readonly when: Bool, readonly addr: BV<64>, readonly bytes: number, readonly value: Term, readonly fault: Bool }

/** A call that is not entered: what the state is when it is made, as far as it changed, and afterwards anything. */
export interface Cut { readonly name: string, readonly when: Bool, readonly args: readonly Term[], readonly changes: ReadonlyMap<string, { before: Term, after: Term }> }

export interface Frame {
  readonly fn: FunctionSyntax
  readonly scopes: Map<string, { path: string, type: CType }>[]
  readonly returns: { store: Store, value: Value }[]
  readonly gotos: Map<string, Store[]>
  breaks: Store[] | undefined
  continues: Store[] | undefined
}

/** Who asks decides what stands at the beginning: a term for a cell of the state (undefined: a free input of the path's name), and what user memory answers. */
export interface Environment {
  initial?(path: string, width: number): Term | undefined
  readUser?(addr: BV<64>, bytes: number, n: number, when: Bool): { value: Term, fault: Bool } | undefined
  writeUser?(addr: BV<64>, bytes: number, value: Term, n: number, when: Bool): { fault: Bool } | undefined
  /** Functions that are not entered when they are called (cut.ts), and whether control goes on behind the call. */
  readonly cuts?: Readonly<Record<string, 'goes on' | 'ends'>>
}
