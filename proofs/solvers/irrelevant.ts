/** Which inputs of a witness do not matter. */
import { FALSE, TRUE, type Circuit, type Lit } from '../../model/terms/circuit.js'
import { gateClauses } from '../../model/terms/cnf.js'
import { Simulation } from './simulation.js'
import { Sat } from './sat/sat.js'

/** An input of the witness: `gates` are its bits' gates, 0 for one on which nothing depends. */
export interface Given { readonly name: string, readonly value: bigint, readonly gates: readonly Lit[] }

/**
 * The inputs of which every value still gives the witness, all others kept. Turned bits find values that break the
 * witness; otherwise what depends on the input is built anew as a small circuit, which may be constant; of the rest the solver says
 * whether such a value exists. Undefined where a limit came first.
 */
export function irrelevantInputs(circuit: Circuit, root: Lit, inputs: readonly Given[], deadline: number): string[] | undefined {
  const simulation = new Simulation(circuit, root)
  const bit = (i: Given, n: number): boolean => (i.value >> BigInt(n) & 1n) === 1n
  for (const i of inputs) i.gates.forEach((g, n) => simulation.set(g, bit(i, n)))
  simulation.start()
  const matters = (i: Given): boolean | undefined => {
    const gates = i.gates.filter((g) => g !== 0)
    if (gates.length === 0) return false
    if (gates.some((g) => simulation.turned([g])) || simulation.turned(gates)) return true
    const small = simulation.dependingOn(gates)
    if (small.root === TRUE) return false
    if (small.root === FALSE) return true
    if (performance.now() > deadline) return undefined
    const cnf = gateClauses(small.circuit, [small.root])
    const refuter = new Sat(cnf.variables)
    refuter.budget = 20_000
    refuter.deadline = deadline
    for (const c of cnf.clauses) refuter.add(c)
    refuter.add([-small.root])
    return refuter.solve()
  }
  const out: string[] = []
  for (const i of inputs) {
    const m = matters(i)
    if (m === undefined) return undefined
    if (!m) out.push(i.name)
  }
  return out
}
