/** The initial states: every task right after exec of a 64-bit or a 32-bit image, or not there yet; task A runs. Under every configuration. */
import { bool, or } from '../../model/terms/build.js'
import type { Bool } from '../../model/terms/term.js'
import { symState, type Kernel, type SymConfig, type SymState } from '../../model/index.js'
import { defaultConfig, initialState } from '../../trace/state.js'
import { symbolicConfig } from '../run.js'

export type Bits = 64 | 32 | 0
export interface Initial { readonly name: string, readonly bits: readonly Bits[], readonly config: SymConfig, readonly state: SymState, /** such a state is one: an image of AArch32 needs a CPU that has it */ readonly when: Bool }

/** One task, and two: A is 64-bit or 32-bit; B is either, or absent. More tasks are B again. */
export const initialBits: readonly (readonly Bits[])[] = [[64], [32], [64, 64], [64, 32], [64, 0], [32, 64], [32, 32], [32, 0]]

/** All of them. What a state right after exec takes from the configuration is set (SSBS, the erratum); the other axes stay free. */
export function initialStates(k: Kernel): Initial[] {
  const axes = [false, true]
  return initialBits.flatMap((bits) => axes.flatMap((ssbs) => axes.map((erratum): Initial => {
    const config: SymConfig = { ...symbolicConfig(), ssbs: bool(ssbs), erratum_1418040: bool(erratum) }
    return {
      name: `${bits.map((b) => b === 0 ? 'absent' : `${b}-bit`).join(', ')}${ssbs ? ', SSBS' : ''}${erratum ? ', erratum 1418040' : ''}`,
      bits, config, state: symState(initialState(bits, { ...defaultConfig, ssbs, erratum_1418040: erratum }, k.flag.setFor32)),
      when: or(config.aarch32_el0, bool(!bits.includes(32))),
    }
  })))
}
