/** Gates to clauses (Tseitin): satisfiable with the same inputs. Variable n is gate n. */
import type { Circuit, Lit } from './circuit.js'

export interface Cnf { readonly variables: number, readonly clauses: readonly (readonly Lit[])[] }

/** By gate: 1 if a root depends on it. */
export function below(circuit: Circuit, roots: readonly Lit[]): Uint8Array {
  const needed = new Uint8Array(circuit.gates.length)
  for (const r of roots) needed[Math.abs(r)] = 1
  for (let g = circuit.gates.length - 1; g > 0; g--) {
    if (needed[g] === 1) for (const i of circuit.gates[g]!.inputs) needed[Math.abs(i)] = 1
  }
  return needed
}

/** The clauses of every gate below the roots; nothing is asserted of the roots. */
export function gateClauses(circuit: Circuit, roots: readonly Lit[]): Cnf {
  const needed = below(circuit, roots)
  const clauses: Lit[][] = [[1]]
  for (let g = 2; g < circuit.gates.length; g++) {
    if (needed[g] !== 1) continue
    const { kind, inputs: [a = 0, b = 0, d = 0] } = circuit.gates[g]!
    if (kind === 'and') clauses.push([-g, a], [-g, b], [g, -a, -b])
    else if (kind === 'xor') clauses.push([-g, a, b], [-g, -a, -b], [g, -a, b], [g, a, -b])
    else if (kind === 'ite') clauses.push([-g, -a, b], [-g, a, d], [g, -a, -b], [g, a, -d])
  }
  return { variables: circuit.gates.length - 1, clauses }
}
/** DIMACS text. */
export const dimacs = ({ variables, clauses }: Cnf): string =>
  `p cnf ${variables} ${clauses.length}\n${clauses.map((c) => `${c.join(' ')} 0\n`).join('')}`
