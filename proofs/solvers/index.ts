/** One door for every solver: the embedded z3, and z3, cvc5 and boolector as processes. */
export { SolverPool, type PoolOptions } from './pool.js'
export { onPath } from './native.js'
export { solverNames, defaultTimeoutMs, type Answer, type Query, type SolverName, type Value, type Verdict } from './types.js'
export type { Input, MinimisedAnswer, MinimiseQuery, Witness } from './minimal.js'
