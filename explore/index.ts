/** The search for broken behaviour that nobody has claimed (docs/explore.md). */
export { explore, type Explored, type ExploreOptions } from './explore.js'
export { asFound, membersOf, readFound, writeFound, type Found, type FoundFinding } from './found.js'
export { findingsOf, slug, type Finding } from './findings.js'
export { judgedPath, readJudged, speaksOf, type Judgement, type Member } from './judged.js'
export { principles } from './principles/index.js'
export type { Aspect, Principle, Probe } from './principle.js'
export type { Violation } from './search.js'
