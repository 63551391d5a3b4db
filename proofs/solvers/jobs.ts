/** What a worker is asked to do. */
import type { Query, Verdict } from './types.js'

export type Request = { readonly kind: 'ask', readonly query: Query }
export type Job = Request & { readonly id: number }
export interface Outcome { readonly id: number, readonly result: Verdict, readonly milliseconds: number }
