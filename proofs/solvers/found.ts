/** What the searches for a smallest witness share. */
import type { BitElement } from './inputs.js'

/** Is there a model with these literals true? Undefined where a limit came first. */
export type Ask = (assumptions: readonly number[]) => boolean | undefined
/** The bits off their default, and whether fewer are proven not to do. */
export interface Found { readonly off: readonly BitElement[], readonly minimal: boolean }
