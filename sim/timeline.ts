/** A run that can be walked in both directions. States share what no event has touched, so that keeping all of them costs little. */
import type { Event } from '../trace/events.js'
import type { Config, State } from '../trace/state.js'
import type { Difference, Trace } from '../trace/trace.js'
import { diff } from './diff.js'
import { kernelOf } from './kernels.js'
import { simulateWith } from './simulate.js'

export class Timeline {
  private readonly states: State[]
  private at = 0

  /** @param kernel identifier of a simulated kernel */
  constructor(readonly kernel: string, readonly config: Config, start: State, readonly events: Event[] = []) {
    this.states = [start]
  }

  /** How many events have happened. */
  get position(): number { return this.at }
  get state(): State { return this.stateAfter(this.at) }

  /** The state after `n` events (0: the start). Throws NotEnabled if an event before that is not possible. */
  stateAfter(n: number): State {
    if (n < 0 || n > this.events.length) throw new RangeError(`there are ${this.events.length} events`)
    while (this.states.length <= n) {
      const i = this.states.length - 1
      this.states.push(simulateWith(kernelOf(this.kernel), this.config, this.states[i]!, this.events[i]!))
    }
    return this.states[n]!
  }

  /** One event on; false at the end. */
  forward(): boolean {
    if (this.at === this.events.length) return false
    this.stateAfter(this.at + 1)
    this.at++
    return true
  }

  /** One event back; false at the start. */
  back(): boolean {
    if (this.at === 0) return false
    this.at--
    return true
  }

  /** To after the n-th event. */
  go(n: number): void {
    this.stateAfter(n)
    this.at = n
  }

  /** A new event at the present position; what came after it there is forgotten. Throws NotEnabled and leaves everything as it was. */
  do(event: Event): void {
    const after = simulateWith(kernelOf(this.kernel), this.config, this.state, event)
    this.events.length = this.at
    this.states.length = this.at + 1
    this.events.push(event)
    this.states.push(after)
    this.at++
  }

  /** What event n (from 0) changed. */
  changes(n: number): Difference[] {
    return diff(this.stateAfter(n), this.stateAfter(n + 1))
  }

  /** The whole run as a trace. */
  trace(start: Trace['start'] = 'assumed'): Trace {
    return { kernel: this.kernel, config: this.config, start, states: this.events.map((_, i) => this.stateAfter(i)).concat(this.stateAfter(this.events.length)), events: [...this.events] }
  }
}
