/** Which variable to decide next: a heap by activity. */
export class Order {
  readonly #heap: number[] = []
  readonly #at: number[] = []
  readonly #activity: number[] = []
  #step = 1

  constructor(variables: number) {
    for (let v = 1; v <= variables; v++) this.insert(v)
  }
  insert(v: number): void {
    while (this.#at.length <= v) {
      this.#at.push(-1)
      this.#activity.push(0)
    }
    if (this.#at[v] !== -1) return
    this.#at[v] = this.#heap.push(v) - 1
    this.#up(this.#at[v]!)
  }
  /** The most active one, taken out; 0 if there is none. */
  take(): number {
    const top = this.#heap[0]
    if (top === undefined) return 0
    const last = this.#heap.pop()!
    this.#at[top] = -1
    if (this.#heap.length > 0) {
      this.#heap[0] = last
      this.#at[last] = 0
      this.#down(0)
    }
    return top
  }
  bump(v: number): void {
    const a = this.#activity[v]! + this.#step
    this.#activity[v] = a
    if (a > 1e100) {
      for (let i = 0; i < this.#activity.length; i++) this.#activity[i]! *= 1e-100
      this.#step *= 1e-100
    }
    if (this.#at[v]! >= 0) this.#up(this.#at[v]!)
  }
  decay(): void { this.#step /= 0.95 }

  #up(i: number): void {
    const v = this.#heap[i]!
    const a = this.#activity[v]!
    while (i > 0) {
      const parent = (i - 1) >> 1
      const p = this.#heap[parent]!
      if (this.#activity[p]! >= a) break
      this.#heap[i] = p
      this.#at[p] = i
      i = parent
    }
    this.#heap[i] = v
    this.#at[v] = i
  }
  #down(i: number): void {
    const v = this.#heap[i]!
    const a = this.#activity[v]!
    const n = this.#heap.length
    for (;;) {
      let child = 2 * i + 1
      if (child >= n) break
      if (child + 1 < n && this.#activity[this.#heap[child + 1]!]! > this.#activity[this.#heap[child]!]!) child++
      const c = this.#heap[child]!
      if (this.#activity[c]! <= a) break
      this.#heap[i] = c
      this.#at[c] = i
      i = child
    }
    this.#heap[i] = v
    this.#at[v] = i
  }
}
