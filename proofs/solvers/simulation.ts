/** Values of gates under one assignment of the inputs, and what becomes of the root when some inputs change. */
import { Circuit, FALSE, TRUE, type Lit } from '../../model/terms/circuit.js'

/** 0 false, 1 true, 2 either. */
type Ternary = 0 | 1 | 2
const negate = (v: Ternary): Ternary => v === 2 ? 2 : v === 1 ? 0 : 1

export class Simulation {
  readonly #value: Uint8Array
  /** Which gates read a gate; made from the first to the last, so users come later. */
  readonly #users: number[][]

  constructor(private readonly circuit: Circuit, private readonly root: Lit) {
    this.#value = new Uint8Array(circuit.gates.length)
    this.#users = circuit.gates.map(() => [])
    circuit.gates.forEach((g, n) => { for (const i of g.inputs) this.#users[Math.abs(i)]!.push(n) })
  }
  set(gate: Lit, value: boolean): void { this.#value[gate] = value ? 1 : 0 }
  /** Computes every gate from the inputs set. */
  start(): void {
    this.circuit.gates.forEach((g, n) => { if (g.kind !== 'input') this.#value[n] = this.#gate(n) })
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
      const { kind, inputs: [a = 0, b = 0, c = 0] } = this.circuit.gates[n]!
      made.set(n, kind === 'input' ? circuit.input() : kind === 'and' ? circuit.and(literal(a), literal(b))
        : kind === 'xor' ? circuit.xor(literal(a), literal(b)) : circuit.ite(literal(a), literal(b), literal(c)))
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
      for (const u of this.#users[gate]!) waiting.push(u)
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
    const { kind, inputs } = this.circuit.gates[n]!
    if (kind === 'constant') return n === 1 ? 1 : 0
    if (kind === 'input') return this.#value[n] as Ternary
    const a = this.#literal(inputs[0]!)
    const b = this.#literal(inputs[1]!)
    if (kind === 'and') return a === 0 || b === 0 ? 0 : a === 1 && b === 1 ? 1 : 2
    if (kind === 'xor') return a === 2 || b === 2 ? 2 : a === b ? 0 : 1
    const c = this.#literal(inputs[2]!)
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
