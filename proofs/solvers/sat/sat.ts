/**
 * A small incremental SAT solver (conflict-driven clause learning, two watched literals, restarts by Luby): answers under
 * assumptions, with cores. It searches for smallest witnesses, where hundreds of small questions about one formula are asked; verdicts
 * are not taken from it.
 */
import { Order } from './order.js'

/** Inside, variable v is 2v, its negation 2v + 1. */
const code = (lit: number): number => lit > 0 ? lit << 1 : (-lit << 1) | 1
const lit = (c: number): number => (c & 1) === 1 ? -(c >> 1) : c >> 1

export class Sat {
  /** Conflicts a call of `solve` may take; then it answers undefined. */
  budget = Infinity
  /** Decisions beyond the assumptions it may take. */
  decisions = Infinity
  /** When `solve` gives up, by performance.now(). */
  deadline = Infinity
  /** Conflicts so far. */
  conflicts = 0
  #clauses: Int32Array = new Int32Array(1 << 14)
  #top = 1
  readonly #watches: number[][] = []
  /** By code: 1 true, -1 false, 0 open. */
  #value: Int8Array
  #level: Int32Array
  #reason: Int32Array
  #phase: Int8Array
  #seen: Uint8Array
  readonly #trail: number[] = []
  readonly #levels: number[] = []
  readonly #order: Order
  #learnt: number[] = []
  #maxLearnt = 4000
  #head = 0
  #ok = true
  #core: number[] = []
  #assumed: readonly number[] = []
  #decided = 0

  constructor(public variables: number) {
    this.#value = new Int8Array(2 * variables + 2)
    this.#level = new Int32Array(variables + 1)
    this.#reason = new Int32Array(variables + 1)
    this.#phase = new Int8Array(variables + 1)
    this.#seen = new Uint8Array(variables + 1)
    this.#order = new Order(variables)
    for (let i = 0; i < 2 * variables + 2; i++) this.#watches.push([])
  }

  /** The value a variable is tried with first. */
  prefer(l: number): void { this.#phase[Math.abs(l)] = l > 0 ? 1 : 0 }

  /** A new variable. */
  fresh(): number {
    const v = ++this.variables
    if (v >= this.#level.length) {
      const size = 2 * v
      const grown = <T extends Int8Array | Uint8Array | Int32Array>(made: T, old: T): T => { made.set(old); return made }
      this.#value = grown(new Int8Array(2 * size), this.#value)
      this.#level = grown(new Int32Array(size), this.#level)
      this.#reason = grown(new Int32Array(size), this.#reason)
      this.#phase = grown(new Int8Array(size), this.#phase)
      this.#seen = grown(new Uint8Array(size), this.#seen)
    }
    this.#watches.push([], [])
    this.#order.insert(v)
    return v
  }
  /** Adds a clause. */
  add(lits: readonly number[]): void {
    this.#backTo(0)
    if (!this.#ok) return
    const kept = new Set<number>()
    for (const l of lits) {
      const c = code(l)
      if (this.#value[c] === 1 || kept.has(c ^ 1)) return
      if (this.#value[c] === 0) kept.add(c)
    }
    const [first] = kept
    if (first === undefined) this.#ok = false
    else if (kept.size === 1) {
      this.#assign(first, 0)
      this.#ok = this.#propagate() === 0
    } else this.#attach(this.#store([...kept], 0))
  }

  /** Adds a clause of two or, unless `c` is 0, three different variables. Made for loading many. */
  addShort(a: number, b: number, c: number): void {
    const [x, y, z] = [code(a), code(b), code(c)]
    if (this.#levels.length > 0 || this.#value[x] !== 0 || this.#value[y] !== 0 || (c !== 0 && this.#value[z] !== 0)) { this.add(c === 0 ? [a, b] : [a, b, c]); return }
    const at = this.#reserve(c === 0 ? 2 : 3, 0)
    this.#clauses[at + 2] = x
    this.#clauses[at + 3] = y
    if (c !== 0) this.#clauses[at + 4] = z
    this.#attach(at)
  }
  /** Is there a model in which the assumptions hold? Undefined when the budget is used up. */
  solve(assumptions: readonly number[] = []): boolean | undefined {
    this.#core = []
    if (!this.#ok) return false
    const wanted = assumptions.map(code)
    // level i + 1 belongs to assumption i: what the last call shares with this one stands
    let same = 0
    while (same < wanted.length && same < this.#levels.length && wanted[same] === this.#assumed[same]) same++
    this.#backTo(same)
    this.#assumed = wanted
    const end = this.conflicts + this.budget
    this.#decided = 0
    for (let round = 1; ; round++) {
      const answer = this.#search(wanted, 100 * luby(round), end)
      if (answer !== undefined) return answer
      if (this.conflicts >= end || this.#decided >= this.decisions || performance.now() > this.deadline) return undefined
      this.#backTo(wanted.length)
    }
  }
  /** After `true`: the value of a variable or literal. */
  model(l: number): boolean { return this.#value[code(l)] === 1 }
  /** After `false`: assumptions that cannot hold together; empty if there is no model at all. */
  core(): number[] { return this.#core.map(lit) }

  #search(wanted: readonly number[], limit: number, end: number): boolean | undefined {
    const stop = Math.min(this.conflicts + limit, end)
    for (;;) {
      const conflict = this.#propagate()
      if (conflict !== 0) {
        this.conflicts++
        if (this.#levels.length === 0) { this.#ok = false; return false }
        this.#learn(conflict)
        continue
      }
      if (this.conflicts >= stop) return undefined
      if (this.#learnt.length > this.#maxLearnt) this.#forget()
      let next = 0
      while (next === 0 && this.#levels.length < wanted.length) {
        const a = wanted[this.#levels.length]!
        if (this.#value[a] === -1) { this.#core = this.#blame(a); return false }
        if (this.#value[a] === 1) this.#levels.push(this.#trail.length)
        else next = a
      }
      if (next === 0) {
        let v = this.#order.take()
        while (v !== 0 && this.#value[v << 1] !== 0) v = this.#order.take()
        if (v === 0) return true
        if (++this.#decided > this.decisions) { this.#order.insert(v); return undefined }
        next = (v << 1) | (this.#phase[v] === 1 ? 0 : 1)
      }
      this.#levels.push(this.#trail.length)
      this.#assign(next, 0)
    }
  }

  #assign(c: number, reason: number): void {
    this.#value[c] = 1
    this.#value[c ^ 1] = -1
    this.#level[c >> 1] = this.#levels.length
    this.#reason[c >> 1] = reason
    this.#trail.push(c)
  }

  /** The clause that became false, or 0. */
  #propagate(): number {
    const value = this.#value
    const clauses = this.#clauses
    while (this.#head < this.#trail.length) {
      const falsified = this.#trail[this.#head++]! ^ 1
      const watch = this.#watches[falsified]!
      const n = watch.length
      let to = 0
      for (let from = 0; from < n; from += 2) {
        const c = watch[from]!
        const other = watch[from + 1]!
        if (value[other] === 1) { watch[to++] = c; watch[to++] = other; continue }
        const at = c + 2
        let first = clauses[at]!
        if (first === falsified) {
          first = clauses[at + 1]!
          clauses[at] = first
          clauses[at + 1] = falsified
        }
        if (first !== other && value[first] === 1) { watch[to++] = c; watch[to++] = first; continue }
        const end = at + clauses[c]!
        let k = at + 2
        while (k < end && value[clauses[k]!] === -1) k++
        if (k < end) {
          const l = clauses[k]!
          clauses[k] = falsified
          clauses[at + 1] = l
          this.#watches[l]!.push(c, first)
          continue
        }
        watch[to++] = c
        watch[to++] = first
        if (value[first] === -1) {
          for (from += 2; from < n; from++) watch[to++] = watch[from]!
          watch.length = to
          this.#head = this.#trail.length
          return c
        }
        this.#assign(first, c)
      }
      watch.length = to
    }
    return 0
  }

  /** First unique implication point; goes back and asserts the learnt clause. */
  #learn(conflict: number): void {
    const seen = this.#seen
    const level = this.#levels.length
    const out = [0]
    let open = 0
    let at = this.#trail.length
    let c = conflict
    let p = -1
    do {
      for (let i = c + 2, end = i + this.#clauses[c]!; i < end; i++) {
        const q = this.#clauses[i]!
        const v = q >> 1
        if (q === p || seen[v] === 1 || this.#level[v] === 0) continue
        seen[v] = 1
        this.#order.bump(v)
        if (this.#level[v] === level) open++
        else out.push(q)
      }
      do p = this.#trail[--at]!; while (seen[p >> 1] === 0)
      c = this.#reason[p >> 1]!
      seen[p >> 1] = 0
      open--
    } while (open > 0)
    out[0] = p ^ 1
    // literals that the others imply are superfluous
    const short = out.filter((q, i) => i === 0 || !this.#implied(q >> 1))
    for (const q of out) seen[q >> 1] = 0
    this.#order.decay()
    let back = 0
    for (let i = 1; i < short.length; i++) {
      const l = this.#level[short[i]! >> 1]!
      if (l <= back) continue
      back = l
      const swap = short[1]!
      short[1] = short[i]!
      short[i] = swap
    }
    this.#backTo(back)
    if (short.length === 1) { this.#assign(short[0]!, 0); return }
    const stored = this.#store(short, new Set(short.map((q) => this.#level[q >> 1]!)).size)
    this.#learnt.push(stored)
    this.#attach(stored)
    this.#assign(short[0]!, stored)
  }
  #implied(v: number): boolean {
    const r = this.#reason[v]!
    if (r === 0) return false
    for (let i = r + 2, end = i + this.#clauses[r]!; i < end; i++) {
      const u = this.#clauses[i]! >> 1
      if (u !== v && this.#seen[u] === 0 && this.#level[u]! > 0) return false
    }
    return true
  }

  /** The assumptions because of which `a` is false. */
  #blame(a: number): number[] {
    const core = [a]
    const seen = this.#seen
    if (this.#level[a >> 1] === 0) return core
    seen[a >> 1] = 1
    for (let i = this.#trail.length - 1; i >= (this.#levels[0] ?? 0); i--) {
      const p = this.#trail[i]!
      const v = p >> 1
      if (seen[v] === 0) continue
      seen[v] = 0
      const r = this.#reason[v]!
      if (r === 0) core.push(p)
      else {
        for (let k = r + 2, end = k + this.#clauses[r]!; k < end; k++) {
          const u = this.#clauses[k]! >> 1
          if (u !== v && this.#level[u]! > 0) seen[u] = 1
        }
      }
    }
    return core
  }

  #backTo(level: number): void {
    if (this.#levels.length <= level) return
    const from = this.#levels[level]!
    for (let i = this.#trail.length - 1; i >= from; i--) {
      const c = this.#trail[i]!
      this.#value[c] = 0
      this.#value[c ^ 1] = 0
      this.#phase[c >> 1] = (c & 1) === 0 ? 1 : 0
      this.#order.insert(c >> 1)
    }
    this.#trail.length = from
    this.#levels.length = level
    this.#head = from
  }

  #store(codes: readonly number[], glue: number): number {
    const at = this.#reserve(codes.length, glue)
    for (let i = 0; i < codes.length; i++) this.#clauses[at + 2 + i] = codes[i]!
    return at
  }
  #reserve(length: number, glue: number): number {
    const need = this.#top + length + 2
    if (need > this.#clauses.length) {
      const bigger = new Int32Array(Math.max(need, 2 * this.#clauses.length))
      bigger.set(this.#clauses)
      this.#clauses = bigger
    }
    const at = this.#top
    this.#clauses[at] = length
    this.#clauses[at + 1] = glue
    this.#top = need
    return at
  }
  #attach(c: number): void {
    const a = this.#clauses[c + 2]!
    const b = this.#clauses[c + 3]!
    this.#watches[a]!.push(c, b)
    this.#watches[b]!.push(c, a)
  }
  /** Drops the half of the learnt clauses that span most levels. */
  #forget(): void {
    const glue = (c: number): number => this.#clauses[c + 1]!
    const locked = (c: number): boolean => this.#reason[this.#clauses[c + 2]! >> 1] === c && this.#value[this.#clauses[c + 2]!] === 1
    const sorted = this.#learnt.sort((a, b) => glue(a) - glue(b))
    const half = sorted.length >> 1
    const dropped = new Set(sorted.filter((c, i) => i >= half && glue(c) > 2 && !locked(c)))
    this.#learnt = sorted.filter((c) => !dropped.has(c))
    for (const watch of this.#watches) {
      let to = 0
      for (let i = 0; i < watch.length; i += 2) {
        if (dropped.has(watch[i]!)) continue
        watch[to++] = watch[i]!
        watch[to++] = watch[i + 1]!
      }
      watch.length = to
    }
    this.#maxLearnt += 500
  }
}

/** 1 1 2 1 1 2 4 … */
function luby(i: number): number {
  let k = 1
  while ((1 << k) - 1 < i) k++
  return (1 << k) - 1 === i ? 1 << (k - 1) : luby(i - (1 << (k - 1)) + 1)
}
