/** Gates: what bit-vector terms become bit by bit. Equal gates are built once. */

/** A literal: gate n is n, its negation -n. Gate 1 is the constant true. */
export type Lit = number
export const TRUE: Lit = 1
export const FALSE: Lit = -1
export type GateKind = 'constant' | 'input' | 'and' | 'xor' | 'ite'
export interface Gate { readonly kind: GateKind, readonly inputs: readonly Lit[] }

export class Circuit {
  /** By number; 0 is not used. Inputs of a gate come before it. */
  readonly gates: Gate[] = [{ kind: 'constant', inputs: [] }, { kind: 'constant', inputs: [] }]
  readonly #known = new Map<string, Lit>()

  input(): Lit { return this.gates.push({ kind: 'input', inputs: [] }) - 1 }

  and(a: Lit, b: Lit): Lit {
    if (a === FALSE || b === FALSE || a === -b) return FALSE
    if (a === TRUE || a === b) return b
    if (b === TRUE) return a
    return this.#gate('and', a < b ? [a, b] : [b, a])
  }
  or(a: Lit, b: Lit): Lit { return -this.and(-a, -b) }

  xor(a: Lit, b: Lit): Lit {
    if (a === FALSE) return b
    if (b === FALSE) return a
    if (a === TRUE) return -b
    if (b === TRUE) return -a
    if (a === b) return FALSE
    if (a === -b) return TRUE
    const flip = (a < 0) !== (b < 0)
    const [x, y] = [Math.abs(a), Math.abs(b)]
    const g = this.#gate('xor', x < y ? [x, y] : [y, x])
    return flip ? -g : g
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
    return a < 0 ? -this.#gate('ite', [c, -a, -b]) : this.#gate('ite', [c, a, b])
  }
  /** At least two of three. */
  majority(a: Lit, b: Lit, c: Lit): Lit { return this.ite(this.xor(a, b), c, a) }

  #gate(kind: GateKind, inputs: Lit[]): Lit {
    const key = `${kind} ${inputs.join(' ')}`
    const found = this.#known.get(key)
    if (found !== undefined) return found
    const made = this.gates.push({ kind, inputs }) - 1
    this.#known.set(key, made)
    return made
  }
}
