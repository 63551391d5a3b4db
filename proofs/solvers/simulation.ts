/** Values of gates under one assignment of the inputs, and what becomes of the root when some inputs change. */
import { Circuit, FALSE, gateKind, TRUE, type Lit } from '../../model/terms/circuit.js'

/** 0 false, 1 true, 2 either. */
type Ternary = 0 | 1 | 2
const negate = (v: Ternary): Ternary => v === 2 ? 2 : v === 1 ? 0 : 1

export class Simulation {
  readonly #value: Uint8Array
  /** Which gates read gate n: from #first[n] to #first[n + 1] in #users. */
  readonly #first: Int32Array
  readonly #users: Int32Array

  constructor(private readonly circuit: Circuit, private readonly root: Lit) {
    this.#value = new Uint8Array(circuit.size)
    // counted first, then filled: one flat list
    this.#first = new Int32Array(circuit.size + 1)
    const each = (f: (input: number, gate: number) => void): void => {
      for (let n = 2; n < circuit.size; n++) {
        for (let i = 0; i < 3; i++) {
          const l = circuit.inputOf(n, i)
          if (l !== 0) f(Math.abs(l), n)
        }
      }
    }
    each((input) => { this.#first[input + 1]!++ })
    for (let n = 0; n < circuit.size; n++) this.#first[n + 1]! += this.#first[n]!
    const next = this.#first.slice()
    this.#users = new Int32Array(this.#first[circuit.size]!)
    each((input, gate) => { this.#users[next[input]!++] = gate })
  }
  set(gate: Lit, value: boolean): void { this.#value[gate] = value ? 1 : 0 }
  /** Computes every gate from the inputs set. */
  start(): void {
    for (let n = 1; n < this.circuit.size; n++) if (this.circuit.kind(n) !== gateKind.input) this.#value[n] = this.#gate(n)
  }
  /** Is the root false with these inputs turned? */
  turned(inputs: readonly Lit[]): boolean {
    const changed = this.#change(inputs.map((g) => [g, this.#value[g] === 1 ? 0 : 1]))
    const answer = this.#literal(this.root) === 0
    this.#undo(changed)
    return answer
  }
  /** The root as a circuit of these inputs alone, all others at their values. */
  dependingOn(inputs: readonly Lit[]): { circuit: Circuit, root: Lit } {
    const changed = this.#change(inputs.map((g) => [g, 2]))
    const circuit = new Circuit()
    const made = new Map<number, Lit>()
    const literal = (l: Lit): Lit => {
      const v = this.#value[Math.abs(l)]
      const m = v === 2 ? made.get(Math.abs(l))! : v === 1 ? TRUE : FALSE
      return l > 0 ? m : -m
    }
    for (const n of changed.map(([g]) => g).sort((a, b) => a - b)) {
      if (this.#value[n] !== 2) continue
      const kind = this.circuit.kind(n)
      const input = (i: number): Lit => literal(this.circuit.inputOf(n, i))
      made.set(n, kind === gateKind.input ? circuit.input() : kind === gateKind.and ? circuit.and(input(0), input(1))
        : kind === gateKind.xor ? circuit.xor(input(0), input(1)) : circuit.ite(input(0), input(1), input(2)))
    }
    const root = literal(this.root)
    this.#undo(changed)
    return { circuit, root }
  }

  /** Changes inputs and all that follows; the gates that changed, with their old values. */
  #change(changes: readonly (readonly [Lit, Ternary])[]): [number, number][] {
    const changed: [number, number][] = []
    const waiting = new Heap()
    const change = (gate: number, value: Ternary): void => {
      if (this.#value[gate] === value) return
      changed.push([gate, this.#value[gate]!])
      this.#value[gate] = value
      for (let i = this.#first[gate]!; i < this.#first[gate + 1]!; i++) waiting.push(this.#users[i]!)
    }
    for (const [gate, value] of changes) change(gate, value)
    for (let g = waiting.pop(); g !== undefined; g = waiting.pop()) change(g, this.#gate(g))
    return changed
  }
  #undo(changed: readonly [number, number][]): void {
    for (const [gate, value] of changed) this.#value[gate] = value
  }
  #literal(l: Lit): Ternary {
    const v = this.#value[Math.abs(l)] as Ternary
    return l > 0 ? v : negate(v)
  }
  #gate(n: number): Ternary {
    const kind = this.circuit.kind(n)
    if (kind === gateKind.constant) return 1
    if (kind === gateKind.input) return this.#value[n] as Ternary
    const a = this.#literal(this.circuit.inputOf(n, 0))
    const b = this.#literal(this.circuit.inputOf(n, 1))
    if (kind === gateKind.and) return a === 0 || b === 0 ? 0 : a === 1 && b === 1 ? 1 : 2
    if (kind === gateKind.xor) return a === 2 || b === 2 ? 2 : a === b ? 0 : 1
    const c = this.#literal(this.circuit.inputOf(n, 2))
    return a === 1 ? b : a === 0 ? c : b === c ? b : 2
  }
}

/** Smallest number first, each once. */
class Heap {
  readonly #items: number[] = []
  readonly #in = new Set<number>()
  push(n: number): void {
    if (this.#in.has(n)) return
    this.#in.add(n)
    let i = this.#items.push(n) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (this.#items[parent]! <= n) break
      this.#items[i] = this.#items[parent]!
      i = parent
    }
    this.#items[i] = n
  }
  pop(): number | undefined {
    const top = this.#items[0]
    if (top === undefined) return undefined
    const last = this.#items.pop()!
    this.#in.delete(top)
    const n = this.#items.length
    if (n === 0) return top
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= n) break
      if (child + 1 < n && this.#items[child + 1]! < this.#items[child]!) child++
      if (this.#items[child]! >= last) break
      this.#items[i] = this.#items[child]!
      i = child
    }
    this.#items[i] = last
    return top
  }
}
