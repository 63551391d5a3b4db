/** What a worker is asked to do. */
import type { Minimised, MinimiseQuery } from './minimal.js'
import type { Query, Verdict } from './types.js'

/** Each kind of job: its query and its result. */
export interface Jobs {
  ask: { query: Query, result: Verdict }
  minimise: { query: MinimiseQuery, result: Minimised }
}
export type Kind = keyof Jobs
export type Job = { readonly [K in Kind]: { readonly id: number, readonly kind: K, readonly query: Jobs[K]['query'] } }[Kind]
export type Result<K extends Kind = Kind> = Jobs[K]['result'] | { readonly kind: 'unknown', readonly reason: string }
export interface Outcome<K extends Kind = Kind> { readonly result: Result<K>, readonly milliseconds: number }
/** A worker's message: that it begins (the engine is loaded), or how it ended; `failure` is the text of an exception. */
export type Reply = { readonly id: number } & (Outcome | { readonly started: true } | { readonly failure: string })
