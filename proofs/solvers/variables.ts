/** The inputs of a query that its text speaks about, bit by bit. */
import type { Element } from './hitting.js'
import type { Input } from './minimal.js'
import { declarations, quote } from './text.js'
import type { Value } from './types.js'

export const constantText = (width: number, value: bigint): string =>
  width === 0 ? String(value === 1n) : `(_ bv${value} ${width})`
export const toBits = (v: Value): bigint => typeof v === 'boolean' ? (v ? 1n : 0n) : v
export const bitsOf = (input: Input): number => Math.max(1, input.width)

/** All inputs in declared order, then the text's other variables; which of them the text declares. */
export function allInputs(text: string, inputs: readonly Input[]): { inputs: Input[], declared: Input[] } {
  const inText = new Map(declarations(text).map((d) => [d.name, d.width]))
  const known = new Set(inputs.map((i) => i.name))
  for (const i of inputs) {
    const width = inText.get(i.name)
    if (width !== undefined && width !== i.width) throw new Error(`input ${i.name}: ${i.width} bits, but ${width} in the text`)
  }
  const others = [...inText].filter(([name]) => !known.has(name)).sort(([a], [b]) => a < b ? -1 : 1)
  const all = [...inputs, ...others.map(([name, width]) => ({ name, width, default: 0n }))]
  return { inputs: all, declared: all.filter((i) => inText.has(i.name)) }
}

/** One bit of one input. */
export interface BitElement extends Element { readonly input: Input, readonly bit: number }

/** The bits of the inputs, most significant first. */
export function bitElements(inputs: readonly Input[]): BitElement[] {
  const settings = inputs.filter((i) => i.config === true)
  let position = inputs.reduce((n, i) => n + bitsOf(i), 0)
  return inputs.flatMap((input) => Array.from({ length: bitsOf(input) }, (_, n): BitElement => {
    const bit = bitsOf(input) - 1 - n
    const set = (input.default >> BigInt(bit) & 1n) === 1n
    const step = 1n << BigInt(--position)
    return { input, bit, group: input.config === true ? settings.indexOf(input) : -1, weight: set ? -step : step }
  }))
}

/** The condition that a bit has its default. */
export function bitDefault({ input, bit }: BitElement): string {
  const set = (input.default >> BigInt(bit) & 1n) === 1n
  if (input.width === 0) return set ? quote(input.name) : `(not ${quote(input.name)})`
  return `(= ((_ extract ${bit} ${bit}) ${quote(input.name)}) #b${set ? 1 : 0})`
}
/** The condition that an input has a value. */
export const equals = (input: Input, value: bigint): string => `(= ${quote(input.name)} ${constantText(input.width, value)})`
