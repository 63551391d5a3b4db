/** `node dist/bench/terms.js`: what a call of validNativeRegs costs as an interpreted term, compiled on bigint, compiled to halves, and written by hand. */
import { kernels } from '../model/kernels/index.js'
import { validNativeRegs } from '../model/tasks/sanitise.js'
import { bvVar } from '../model/terms/build.js'
import { compile } from '../model/terms/compile.js'
import { compileHalves } from '../model/terms/compile-halves.js'
import { evaluateAll } from '../model/terms/evaluate.js'
import { show } from '../model/terms/show.js'

const kernel = kernels[0]!
const { ok, pstate } = validNativeRegs(kernel, bvVar(64, 'pstate'))
const roots = [ok, pstate]
console.log(`validNativeRegs of ${kernel.id}:\n${show(ok)}\n${show(pstate)}\n`)

/** Both halves of the next pseudo-random pstate. */
let state = 1
const next = (): number => { state = Math.imul(state, 1664525) + 1013904223 | 0; return state }

function measure(name: string, calls: number, f: () => number): void {
  let sum = 0
  for (let i = 0; i < calls / 10; i++) sum += f()
  const before = process.cpuUsage()
  for (let i = 0; i < calls; i++) sum += f()
  const used = process.cpuUsage(before)
  console.log(`${((used.user + used.system) * 1000 / calls).toFixed(1).padStart(9)} ns  ${name}${Number.isNaN(sum) ? '!' : ''}`)
}

measure('interpreted (evaluate.ts)', 20_000, () => {
  const v = BigInt(next() >>> 0)
  return evaluateAll(roots, () => v)[0] === true ? 1 : 0
})
const onBigint = compile(roots)
const env = new Map([['pstate', 0n]])
measure('compiled on bigint', 1_000_000, () => {
  env.set('pstate', BigInt(next() >>> 0))
  return onBigint(env)[0] === true ? 1 : 0
})
const onHalves = compileHalves(roots, [{ name: 'pstate', width: 64 }])
const input = new Uint32Array(2)
const output = new Uint32Array(4)
measure('compiled to 32-bit halves', 100_000_000, () => {
  input[0] = next()
  onHalves(input, output)
  return output[0]! + output[2]!
})
const res0 = kernel.aarch64Res0
const keepLow = Number(BigInt.asIntN(32, ~res0))
const keepHigh = Number(BigInt.asIntN(32, ~res0 >> 32n))
measure('by hand on 32-bit numbers', 100_000_000, () => {
  input[0] = next()
  const low = input[0]! & keepLow
  const fine = (low & 0x3df) === 0
  output[0] = fine ? 1 : 0
  output[2] = fine ? low : low & 0xf0000000
  output[3] = fine ? input[1]! & keepHigh : 0
  return output[0]! + output[2]!
})
