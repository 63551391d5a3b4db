/** All words of a range through every sanitiser and both conversions, simulator against model. */
import { compileHalves } from './compile-halves.js'
import { bvVar, zext, bool } from '../model/terms/build.js'
import { kernels, symConfig } from '../model/index.js'
import { compatPsrToPstate as modelToPstate, pstateToCompatPsr as modelToPsr, validCompatRegs, validNativeRegs } from '../model/tasks/sanitise.js'
import type { Term } from '../model/terms/term.js'
import { kernelOf } from '../sim/index.js'
import { compatAccepts, compatPsrToPstate, nativeAccepts, pstateToCompatPsr, sanitiseCompat, sanitiseNative } from '../sim/psr.js'
import { defaultConfig } from '../trace/state.js'

export const COMPARED = ['compat_psr_to_pstate', 'pstate_to_compat_psr', 'valid_native_regs v5.11', 'valid_native_regs v5.4', 'valid_compat_regs', 'valid_compat_regs, mixed endian'] as const

/** How many words of [from, to) the simulator and the model treat differently, and the first of them. */
export interface SweepResult { words: number, differences: number, first: number | null }

type Loop = (from: number, to: number, sim: typeof simulator) => { differences: number, first: number }
const simulator = { compatPsrToPstate, pstateToCompatPsr, sanitiseNative, nativeAccepts, sanitiseCompat, compatAccepts }

function build(): Loop {
  const x = bvVar(32, 'x'), wide = zext(64, x)
  const named = (name: string) => kernels.find((k) => k.name === name)!
  const config = (mixed: boolean) => ({ ...symConfig(defaultConfig), mixed_endian_el0: bool(mixed) })
  const v511 = named('v5.11'), v54 = named('tango-v5.4')
  const native511 = validNativeRegs(v511, wide), native54 = validNativeRegs(v54, wide)
  const compat = validCompatRegs(v511, config(false), wide), mixed = validCompatRegs(v511, config(true), wide)
  const toPstate = modelToPstate(wide), toPsr = modelToPsr(wide)
  const sane = [native511, native54, compat, mixed]
  const roots: Term[] = [toPstate, toPsr, ...sane.flatMap((s) => [s.pstate, s.ok])]
  const { code, value } = compileHalves(roots)
  const s511 = kernelOf('v5.11'), s54 = kernelOf('tango-v5.4')
  const checks = [
    ['(compatPsrToPstate(x) | 0)', toPstate], ['(pstateToCompatPsr(x) | 0)', toPsr],
    [`(sanitiseNative(x, ${s511.aarch64Res0 | 0}) | 0)`, native511.pstate], [`(sanitiseNative(x, ${s54.aarch64Res0 | 0}) | 0)`, native54.pstate],
    [`(sanitiseCompat(x, ${s511.aarch32Res0 | 0}, false) | 0)`, compat.pstate], [`(sanitiseCompat(x, ${s511.aarch32Res0 | 0}, true) | 0)`, mixed.pstate],
    [`nativeAccepts(x & ${~s511.aarch64Res0})`, native511.ok], [`nativeAccepts(x & ${~s54.aarch64Res0})`, native54.ok],
    [`compatAccepts(x & ${~s511.aarch32Res0})`, compat.ok], [`compatAccepts(x & ${~s511.aarch32Res0})`, mixed.ok],
  ] as const
  const high = roots.map((t) => value(t).hi).filter((h) => h !== 0)
  const conditions = [...checks.map(([sim, t]) => `${sim} !== ${value(t).lo}`), ...high.map((h) => `${h} !== 0`)]
  // `from` and `to` run to 2^32: the counter is a double, x its low word as int32
  const body = `
const { compatPsrToPstate, pstateToCompatPsr, sanitiseNative, nativeAccepts, sanitiseCompat, compatAccepts } = sim
let differences = 0, first = -1
const last = (to - 1) | 0
for (let x = from | 0; ; x = (x + 1) | 0) {
${code}
if (${conditions.join(' || ')}) { differences++; if (first < 0) first = x >>> 0 }
if (x === last) break
}
return { differences, first }`
  return new Function('from', 'to', 'sim', body) as Loop
}

let loop: Loop | undefined
export function sweepRange(from: number, to: number): SweepResult {
  loop ??= build()
  const { differences, first } = loop(from, to, simulator)
  return { words: to - from, differences, first: first < 0 ? null : first }
}
