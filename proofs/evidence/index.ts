/** Evidence beyond the first solver's word; each a rung: climbed, failed, or not climbed and why. */
export { certificate, type CertificateOptions } from './certificate.js'
export { exhaustive, type ExhaustiveOptions } from './exhaustive.js'
export { crossCheck, secondSolvers, type CrossCheckOptions, type DecidedQuery } from './second-solver.js'
export type { Simulate } from './observed-runs.js'
export { randomRuns, type RandomRunsOptions } from './random-runs.js'
export { notClimbed, type Decided, type Rung } from './rung.js'
