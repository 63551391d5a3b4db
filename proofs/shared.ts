/** What questions have in common is built once: start states, their well-formedness, the runs of scripts that begin alike. */
import { and } from '../model/terms/build.js'
import type { Bool } from '../model/terms/term.js'
import { step, type Kernel, type SymConfig, type SymEvent, type SymState } from '../model/index.js'
import type { Named } from './system/clause.js'
import { freshEvent, startState, symbolicConfig, type Run, type Script, type TaskStart, type Template } from './run.js'

/** After some events of a script: the state, and what came before. */
interface Point { readonly state: SymState, readonly events: readonly SymEvent[], readonly states: readonly SymState[], readonly enabled: readonly Bool[], readonly next: Map<string, Point> }

export class Shared {
  readonly config: SymConfig = symbolicConfig()
  readonly #starts = new Map<string, SymState>()
  readonly #runs = new Map<Kernel, Map<SymState, Point>>()
  readonly #wellFormed = new Map<Kernel, Map<SymState, readonly Named[]>>()

  start(tasks: readonly TaskStart[]): SymState { return once(this.#starts, JSON.stringify(tasks), () => startState(tasks)) }

  /** The run of a script with fresh numbers. */
  run(k: Kernel, start: SymState, script: Script): Run {
    const begin = (): Point => ({ state: start, events: [], states: [start], enabled: [], next: new Map() })
    const end = script.reduce((p, t) => once(p.next, JSON.stringify(t), () => this.#further(k, p, t)), once(once(this.#runs, k, () => new Map<SymState, Point>()), start, begin))
    return { config: this.config, states: end.states, events: end.events, enabled: and(...end.enabled) }
  }

  #further(k: Kernel, p: Point, t: Template): Point {
    const event = freshEvent(t, p.events.length)
    const s = step(k, this.config, p.state, event)
    return { state: s.state, events: [...p.events, event], states: [...p.states, s.state], enabled: [...p.enabled, s.enabled], next: new Map() }
  }

  /** `make`, once a kernel and start state. */
  wellFormed(make: (k: Kernel, s: SymState) => readonly Named[]): (k: Kernel, s: SymState) => readonly Named[] {
    return (k, s) => once(once(this.#wellFormed, k, () => new Map<SymState, readonly Named[]>()), s, () => make(k, s))
  }
}

function once<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let v = map.get(key)
  if (v === undefined) map.set(key, v = make())
  return v
}
