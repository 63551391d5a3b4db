/** Which of the runs from exec that are recorded with the claims has a state without a clause: the shortest way there. No run is looked for. */
import type { Kernel } from '../../model/index.js'
import { initialState } from '../../trace/state.js'
import { claims } from '../claims/index.js'
import { follow, symbolicState } from '../prefix.js'
import { configOf, readRuns } from '../runs/record.js'
import { lacking } from './redecided.js'
import type { RunFromExec } from './record.js'

/** Clause → the shortest beginning of a recorded run of that kernel after which the clause does not hold. */
export function runsFromExec(k: Kernel): Map<string, RunFromExec> {
  const best = new Map<string, RunFromExec>()
  for (const claim of claims) {
    const cells = readRuns(claim.id).cells[k.name]
    for (const userspace of ['any', 'contract'] as const) for (const [run, r] of (cells?.[userspace]?.run?.runs ?? []).entries()) {
      if (r.kernel !== k.name) continue
      const config = configOf(r)
      const states = follow(k, { config }, initialState(r.tasks, config, k.flag.setFor32), r.events) ?? []
      for (const [events, s] of states.entries()) for (const c of lacking(k, config, symbolicState(s))) {
        if ((best.get(c.name)?.events ?? Infinity) > events) best.set(c.name, { claim: claim.id, userspace, run, events })
      }
    }
  }
  return best
}

/** Does that run still have a state without the clause there? */
export function lacksAfter(k: Kernel, clause: string, from: RunFromExec): boolean {
  const r = readRuns(from.claim).cells[k.name]?.[from.userspace]?.run?.runs[from.run]
  if (r === undefined || r.kernel !== k.name) return false
  const config = configOf(r)
  const s = follow(k, { config }, initialState(r.tasks, config, k.flag.setFor32), r.events.slice(0, from.events))?.[from.events]
  return s !== undefined && lacking(k, config, symbolicState(s)).some((c) => c.name === clause)
}
