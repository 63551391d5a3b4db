/**
 * A probe puts one value into the real kernel and reads what comes out. It says the same in the words of the traces, so that
 * model and simulator can be asked the same question.
 */
import type { Event } from '../../trace/events.js'
import type { Config, State } from '../../trace/state.js'
import type { Script } from '../protocol.js'

/** Named numbers; what is compared. */
export type Observed = Readonly<Record<string, bigint>>

/** The same situation as a run: from `initial` by `events`, up to the first event that the state does not allow (an eret with a signal forced).
 *  `observe` sees every state, in order; what it says of the last one is compared. */
export interface Situation { readonly initial: State, readonly events: readonly Event[], readonly observe: (state: State) => Observed,
  /** inputs whose events differ have different ones */
  readonly shape?: string }

export interface Probe {
  readonly name: string
  /** one sentence */
  readonly what: string
  /** width of the input in bits */
  readonly bits: 32 | 64
  /** which of the two guest programs runs it */
  readonly where: 64 | 32
  /** needs a variant that lets AArch64 tasks into compat calls */
  readonly fake?: boolean
  /** makes the tasks; run once before a batch */
  readonly prepare: (how: FakeCall) => Script
  readonly script: (input: bigint, how: FakeCall) => Script
  readonly observe: (results: bigint[][]) => Observed
  /** the same in the words of the traces */
  readonly situation: (input: bigint, config: Config, how: FakeCall) => Situation
  /** Part of the asked-for number of inputs that it gets: some take ten times as long as others. */
  readonly share?: number
  /** inputs worth trying besides the patterns that every probe gets */
  readonly boundary?: readonly bigint[]
}

/** Shares that leave each of them 20,000 vectors of a million: on every kernel, or on the variants alone. */
export const slow = 0.63
export const slowFake = 0.8

/** How a 64-bit task asks for a compat call on a variant; `none` on mainline. */
export type FakeCall = 'none' | 'svc 1' | 'x8 is 0x80000000' | 'x8 bit 31'

/** The immediate, x7 and x8 of that call. */
export function fakeRegisters(how: FakeCall, number: number): { imm: number, x7: bigint, x8: bigint } {
  if (how === 'svc 1') return { imm: 1, x7: BigInt(number), x8: 0n }
  if (how === 'x8 bit 31') return { imm: 0, x7: 0n, x8: 0x80000000n | BigInt(number) }
  return { imm: 0, x7: BigInt(number), x8: 0x80000000n }
}
