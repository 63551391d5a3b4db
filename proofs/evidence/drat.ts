/**
 * A checker for DRAT proofs, forward: every lemma must follow by unit propagation (RUP), or be a resolution asymmetric tautology on
 * its first literal (RAT). It shares no code with a solver. Text form, as `cadical --no-binary` writes it.
 */

export type Checked = { readonly kind: 'accepted', readonly lemmas: number } | { readonly kind: 'refused', readonly reason: string }

/** Is the proof one of the unsatisfiability of the clauses? */
export function checkDrat(variables: number, clauses: readonly (readonly number[])[], proof: string): Checked {
  const check = new Checker(variables)
  for (const c of clauses) check.add(c)
  let lemmas = 0
  let line = 0
  for (const text of proof.split('\n')) {
    line++
    if (check.refuted) return { kind: 'accepted', lemmas }
    const trimmed = text.trim()
    if (trimmed === '' || trimmed.startsWith('c')) continue
    const deletion = trimmed.startsWith('d ')
    const numbers = (deletion ? trimmed.slice(2) : trimmed).split(/\s+/).map(Number)
    if (numbers.pop() !== 0 || numbers.some((l) => !Number.isInteger(l) || l === 0 || Math.abs(l) > variables)) return { kind: 'refused', reason: `line ${line} is not a step of a proof` }
    if (deletion) check.delete(numbers)
    else {
      if (!check.follows(numbers)) return { kind: 'refused', reason: `line ${line} does not follow` }
      check.add(numbers)
      lemmas++
    }
  }
  return check.refuted ? { kind: 'accepted', lemmas } : { kind: 'refused', reason: 'the proof ends without a contradiction' }
}

const index = (l: number): number => l > 0 ? 2 * l : -2 * l + 1
const key = (c: readonly number[]): string => [...c].sort((a, b) => a - b).join(' ')

class Checker {
  /** The empty clause was derived. */
  refuted = false
  readonly #clauses: (number[] | undefined)[] = []
  /** Clause numbers by content, for deletions. */
  readonly #byKey = new Map<string, number[]>()
  readonly #watches: number[][] = []
  /** By literal: 1 true, -1 false. */
  readonly #value: Int8Array
  /** By variable: the clause that made it true for good, or -1. */
  readonly #reason: Int32Array
  readonly #trail: number[] = []
  #done = 0

  constructor(variables: number) {
    for (let i = 0; i < 2 * variables + 2; i++) this.#watches.push([])
    this.#value = new Int8Array(2 * variables + 2)
    this.#reason = new Int32Array(variables + 1).fill(-1)
  }

  /** Takes a clause as given. */
  add(lits: readonly number[]): void {
    const c = [...new Set(lits)]
    if (c.some((l) => c.includes(-l))) return
    const n = this.#clauses.push(c) - 1
    const k = key(c)
    const same = this.#byKey.get(k)
    if (same === undefined) this.#byKey.set(k, [n])
    else same.push(n)
    // watch two literals that are not false, as far as there are any
    c.sort((a, b) => this.#value[index(b)]! - this.#value[index(a)]!)
    // (a clause of one literal holds for good or is the contradiction: nothing to watch)
    if (c.length > 1) for (const l of c.slice(0, 2)) this.#watches[index(l)]!.push(n)
    const open = c.filter((l) => this.#value[index(l)] !== -1).length
    if (open === 0) this.refuted = true
    else if (open === 1 && this.#value[index(c[0]!)] === 0) {
      this.#assign(c[0]!, n)
      if (!this.#propagate()) this.refuted = true
    }
  }

  /** Deletes one clause with these literals. Reasons of what holds for good stay: they follow anyway. */
  delete(lits: readonly number[]): void {
    const numbers = this.#byKey.get(key([...new Set(lits)]))
    const n = numbers?.[numbers.length - 1]
    if (n === undefined || numbers === undefined) return
    if (this.#clauses[n]!.some((l) => this.#reason[Math.abs(l)] === n)) return
    numbers.pop()
    this.#clauses[n] = undefined
  }

  /** Does the lemma follow? */
  follows(lemma: readonly number[]): boolean {
    const mark = this.#trail.length
    const conflict = this.#deny(lemma)
    let ok = conflict || !this.#propagate()
    const pivot = lemma[0]
    if (!ok && pivot !== undefined) {
      ok = this.#clauses.every((c) => {
        if (c === undefined || !c.includes(-pivot)) return true
        const inner = this.#trail.length
        const refuted = this.#deny(c.filter((l) => l !== -pivot)) || !this.#propagate()
        this.#undo(inner)
        return refuted
      })
    }
    this.#undo(mark)
    return ok
  }

  /** Makes all literals false; true if one of them is true already. */
  #deny(lits: readonly number[]): boolean {
    for (const l of lits) {
      if (this.#value[index(l)] === 1) return true
      if (this.#value[index(l)] === 0) this.#assign(-l, -1)
    }
    return false
  }
  #assign(l: number, reason: number): void {
    this.#value[index(l)] = 1
    this.#value[index(-l)] = -1
    this.#reason[Math.abs(l)] = reason
    this.#trail.push(l)
  }
  #undo(mark: number): void {
    for (const l of this.#trail.splice(mark)) {
      this.#value[index(l)] = 0
      this.#value[index(-l)] = 0
      this.#reason[Math.abs(l)] = -1
    }
    this.#done = mark
  }

  /** False on a conflict. */
  #propagate(): boolean {
    while (this.#done < this.#trail.length) {
      const falsified = -this.#trail[this.#done++]!
      const watch = this.#watches[index(falsified)]!
      let to = 0
      for (let from = 0; from < watch.length; from++) {
        const n = watch[from]!
        const c = this.#clauses[n]
        if (c === undefined) continue
        if (c[0] === falsified) {
          c[0] = c[1]!
          c[1] = falsified
        }
        const first = c[0]!
        let other = 2
        if (this.#value[index(first)] === 1) other = c.length
        while (other < c.length && this.#value[index(c[other]!)] === -1) other++
        if (other < c.length) {
          c[1] = c[other]!
          c[other] = falsified
          this.#watches[index(c[1])]!.push(n)
          continue
        }
        watch[to++] = n
        if (this.#value[index(first)] === 1) continue
        if (this.#value[index(first)] === -1) {
          for (from++; from < watch.length; from++) watch[to++] = watch[from]!
          watch.length = to
          return false
        }
        this.#assign(first, n)
      }
      watch.length = to
    }
    return true
  }
}
