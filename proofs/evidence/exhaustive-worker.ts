/** The thread of exhaustive.ts: is there a value in its range for which all assertions hold? */
import { parentPort, workerData } from 'node:worker_threads'
import { and, plainly } from '../../model/terms/build.js'
import { compileHalves } from '../../model/terms/compile-halves.js'
import { parseQuery } from '../../model/terms/parse.js'
import type { Range } from './exhaustive.js'

/** The first value in the range that satisfies the query, or undefined. Inputs take their bits from the value in declared order, lowest first. */
export function firstTrue({ text, from, to }: Range): number | undefined {
  const { variables, assertions } = plainly(() => parseQuery(text))
  const holds = compileHalves([plainly(() => and(...assertions))], variables)
  const input = new Uint32Array(2 * variables.length)
  const output = new Uint32Array(2)
  let position = 0
  const places = variables.map((v) => {
    const width = Math.max(1, v.width)
    const place = { shift: position, mask: width >= 32 ? 0xffffffff : 2 ** width - 1 }
    position += width
    return place
  })
  for (let n = from; n < to; n++) {
    for (let i = 0; i < places.length; i++) input[2 * i] = (n >>> places[i]!.shift) & places[i]!.mask
    holds(input, output)
    if (output[0] === 1) return n
  }
  return undefined
}

parentPort?.postMessage(firstTrue(workerData as Range) !== undefined)
