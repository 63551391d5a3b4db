/** Gates: what bit-vector terms become bit by bit. Equal gates are built once. Kept in flat arrays: circuits have hundreds of thousands. */

/** A literal: gate n is n, its negation -n. Gate 1 is the constant true. */
export type Lit = number
export const TRUE: Lit = 1
export const FALSE: Lit = -1
export const gateKind = { none: 0, constant: 1, input: 2, and: 3, xor: 4, ite: 5 } as const
export type GateKind = typeof gateKind[keyof typeof gateKind]

export class Circuit {
  /** One more than the highest gate number. Inputs of a gate have lower numbers. */
  size = 2
  #kinds = new Uint8Array(1024)
  /** Three literals a gate; 0 where it has fewer. */
  #inputs = new Int32Array(3 * 1024)
  /** Open addressing: gate numbers by what they are. */
  #table = new Int32Array(4096)

  constructor() { this.#kinds[1] = gateKind.constant }

  kind(gate: number): GateKind { return this.#kinds[gate] as GateKind }
  /** Input 0, 1 or 2 of a gate; 0 if it has fewer. For ite: condition, then, else. */
  inputOf(gate: number, i: number): Lit { return this.#inputs[3 * gate + i]! }

  input(): Lit { return this.#push(gateKind.input, 0, 0, 0) }

  and(a: Lit, b: Lit): Lit {
    if (a === FALSE || b === FALSE || a === -b) return FALSE
    if (a === TRUE || a === b) return b
    if (b === TRUE) return a
    return a < b ? this.#gate(gateKind.and, a, b, 0) : this.#gate(gateKind.and, b, a, 0)
  }
  or(a: Lit, b: Lit): Lit { return -this.and(-a, -b) }

  xor(a: Lit, b: Lit): Lit {
    if (a === FALSE) return b
    if (b === FALSE) return a
    if (a === TRUE) return -b
    if (b === TRUE) return -a
    if (a === b) return FALSE
    if (a === -b) return TRUE
    const [x, y] = [Math.abs(a), Math.abs(b)]
    const g = x < y ? this.#gate(gateKind.xor, x, y, 0) : this.#gate(gateKind.xor, y, x, 0)
    return (a < 0) === (b < 0) ? g : -g
  }
  /** c ? a : b */
  ite(c: Lit, a: Lit, b: Lit): Lit {
    if (c === TRUE || a === b) return a
    if (c === FALSE) return b
    if (c < 0) return this.ite(-c, b, a)
    if (a === TRUE || a === c) return this.or(c, b)
    if (a === FALSE || a === -c) return this.and(-c, b)
    if (b === TRUE || b === -c) return this.or(-c, a)
    if (b === FALSE || b === c) return this.and(c, a)
    if (a === -b) return this.xor(c, b)
    return a < 0 ? -this.#gate(gateKind.ite, c, -a, -b) : this.#gate(gateKind.ite, c, a, b)
  }
  /** At least two of three. */
  majority(a: Lit, b: Lit, c: Lit): Lit { return this.ite(this.xor(a, b), c, a) }

  #gate(kind: GateKind, a: Lit, b: Lit, c: Lit): Lit {
    const last = this.#table.length - 1
    let at = hash(kind, a, b, c) & last
    for (let g = this.#table[at]!; g !== 0; g = this.#table[at]!) {
      if (this.#kinds[g] === kind && this.#inputs[3 * g] === a && this.#inputs[3 * g + 1] === b && this.#inputs[3 * g + 2] === c) return g
      at = (at + 1) & last
    }
    const made = this.#push(kind, a, b, c)
    this.#table[at] = made
    if (2 * this.size > this.#table.length) this.#rehash()
    return made
  }
  #push(kind: GateKind, a: Lit, b: Lit, c: Lit): number {
    const g = this.size++
    if (g >= this.#kinds.length) {
      const [kinds, inputs] = [this.#kinds, this.#inputs]
      this.#kinds = new Uint8Array(2 * kinds.length)
      this.#inputs = new Int32Array(2 * inputs.length)
      this.#kinds.set(kinds)
      this.#inputs.set(inputs)
    }
    this.#kinds[g] = kind
    this.#inputs[3 * g] = a
    this.#inputs[3 * g + 1] = b
    this.#inputs[3 * g + 2] = c
    return g
  }
  #rehash(): void {
    this.#table = new Int32Array(4 * this.#table.length)
    const last = this.#table.length - 1
    for (let g = 2; g < this.size; g++) {
      if (this.#kinds[g]! < gateKind.and) continue
      let at = hash(this.#kinds[g]!, this.#inputs[3 * g]!, this.#inputs[3 * g + 1]!, this.#inputs[3 * g + 2]!) & last
      while (this.#table[at] !== 0) at = (at + 1) & last
      this.#table[at] = g
    }
  }
}

function hash(kind: number, a: number, b: number, c: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ kind
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  return h ^ (h >>> 13)
}
