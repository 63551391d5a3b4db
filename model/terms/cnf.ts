/** Gates to clauses (Tseitin): satisfiable with the same inputs. Variable n is gate n. */
import { gateKind, type Circuit, type Lit } from './circuit.js'

export interface Cnf { readonly variables: number, readonly clauses: readonly (readonly Lit[])[] }

/** By gate: 1 if a root depends on it. */
export function below(circuit: Circuit, roots: readonly Lit[]): Uint8Array {
  const needed = new Uint8Array(circuit.size)
  for (const r of roots) needed[Math.abs(r)] = 1
  for (let g = circuit.size - 1; g > 0; g--) {
    if (needed[g] === 1) for (let i = 0; i < 3; i++) needed[Math.abs(circuit.inputOf(g, i))] = 1
  }
  needed[0] = 0
  return needed
}

/** Gives out the clauses of the gates marked as needed; `c` is 0 in a clause of two literals. */
export function eachClause(circuit: Circuit, needed: Uint8Array, emit: (a: Lit, b: Lit, c: Lit) => void): void {
  for (let g = 2; g < circuit.size; g++) {
    if (needed[g] !== 1) continue
    const a = circuit.inputOf(g, 0)
    const b = circuit.inputOf(g, 1)
    switch (circuit.kind(g)) {
      case gateKind.and:
        emit(-g, a, 0)
        emit(-g, b, 0)
        emit(g, -a, -b)
        break
      case gateKind.xor:
        emit(-g, a, b)
        emit(-g, -a, -b)
        emit(g, -a, b)
        emit(g, a, -b)
        break
      case gateKind.ite: {
        const c = circuit.inputOf(g, 2)
        emit(-g, -a, b)
        emit(-g, a, c)
        emit(g, -a, -b)
        emit(g, a, -c)
        break
      }
    }
  }
}

/** The clauses of every gate below the roots; nothing is asserted of the roots. */
export function gateClauses(circuit: Circuit, roots: readonly Lit[]): Cnf {
  const clauses: Lit[][] = [[1]]
  eachClause(circuit, below(circuit, roots), (a, b, c) => clauses.push(c === 0 ? [a, b] : [a, b, c]))
  return { variables: circuit.size - 1, clauses }
}
/** DIMACS text. */
export const dimacs = ({ variables, clauses }: Cnf): string =>
  `p cnf ${variables} ${clauses.length}\n${clauses.map((c) => `${c.join(' ')} 0\n`).join('')}`
