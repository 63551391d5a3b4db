/** The inputs of a query as bits that may leave their default. */
import type { Term } from '../../model/terms/term.js'
import type { Element } from './hitting.js'
import type { Input } from './minimal.js'
import type { Value } from './types.js'

export const bitsOf = (input: Input): number => Math.max(1, input.width)
export const toBits = (v: Value): bigint => typeof v === 'boolean' ? (v ? 1n : 0n) : v
export const toValue = (input: Input, bits: bigint): Value => input.width === 0 ? bits === 1n : bits

/** All inputs in declared order, then the text's other variables by name. Throws if a width differs. */
export function allInputs(variables: readonly Term[], inputs: readonly Input[]): Input[] {
  const inText = new Map(variables.map((v) => [v.name, v.width]))
  for (const i of inputs) {
    const width = inText.get(i.name)
    if (width !== undefined && width !== i.width) throw new Error(`input ${i.name}: ${i.width} bits, but ${width} in the text`)
    inText.delete(i.name)
  }
  const others = [...inText].sort(([a], [b]) => a < b ? -1 : 1)
  return [...inputs, ...others.map(([name, width]) => ({ name, width, default: 0n }))]
}

/** One bit of one input; `asDefault` is the literal that says it has its default. */
export interface BitElement extends Element { readonly input: Input, readonly bit: number, readonly asDefault: number }

/** The bits that have a gate, most significant first. `gate` is 0 for a bit on which nothing depends. */
export function bitElements(inputs: readonly Input[], gate: (input: Input, bit: number) => number): BitElement[] {
  const settings = inputs.filter((i) => i.config === true)
  let position = inputs.reduce((n, i) => n + bitsOf(i), 0)
  const out: BitElement[] = []
  for (const input of inputs) {
    for (let bit = bitsOf(input) - 1; bit >= 0; bit--) {
      const step = 1n << BigInt(--position)
      const g = gate(input, bit)
      if (g === 0) continue
      const set = (input.default >> BigInt(bit) & 1n) === 1n
      out.push({ input, bit, asDefault: set ? g : -g, group: input.config === true ? settings.indexOf(input) : -1, weight: set ? -step : step })
    }
  }
  return out
}
