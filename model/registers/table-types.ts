/** The types of the register tables: what a table must say, and the check that it says it of every bit. */

/** One field: bits hi..lo, both included. */
export interface Field {
  /** Unique in its table. Reserved fields are called RES0_hi_lo (RES0_n for one bit). */
  readonly name: string
  readonly hi: number
  readonly lo: number
  readonly meaning: string
  /** The architecture feature (FEAT_*) that brings the field. */
  readonly feature?: string
  /** The architecture gives the bits no meaning: they read as zero. */
  readonly reserved?: true
  /**
   * The mainline versions whose RES0 mask (arch/arm64/kernel/ptrace.c, SPSR_EL1_AARCH64_RES0_BITS or
   * SPSR_EL1_AARCH32_RES0_BITS) clears the field in a value that comes from the user: from `from`, and before `before`
   * if that is given. Absent: no version does.
   */
  readonly cleared?: { readonly from: string, readonly before?: string }
}

/** A register, or one view of a register: its fields from the highest bit to the lowest. */
export interface RegisterTable {
  readonly id: string
  readonly title: string
  readonly bits: 64 | 32
  readonly fields: readonly Field[]
  /** Names for several fields read as one value, the highest first: IT is split over two places. */
  readonly groups: Readonly<Record<string, readonly string[]>>
}

interface Bits { readonly name: string, readonly hi: number, readonly lo: number }

/** Below[n] is n - 1. */
type Below = ['end',
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
  32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62]
type BelowOf<N> = N extends keyof Below ? Below[N] : 'end'
/** The bit under field Hi..Lo; `never` if Lo stands above Hi. */
type After<Hi, Lo> = Hi extends Lo ? BelowOf<Hi> : BelowOf<Hi> extends 'end' ? never : After<BelowOf<Hi>, Lo>

/**
 * `true` if the fields account for every bit from Next down to 0, each once and in order; else a tuple that names the
 * place, which no `true` can be assigned to: a gap or an overlap does not compile.
 */
export type Complete<Fields extends readonly unknown[], Next> =
  Fields extends readonly [infer F extends Bits, ...infer Rest]
    ? [After<F['hi'], F['lo']>] extends [never] ? ['lo above hi in', F['name']]
        : F['hi'] extends Next ? Complete<Rest, After<F['hi'], F['lo']>> : ['gap or overlap at', F['name'], 'expected bit', Next]
    : Next extends 'end' ? true : ['no field for bit', Next]

type Count<Hi, Lo, Seen extends unknown[] = []> = Hi extends Lo ? [...Seen, Hi]['length'] : Count<BelowOf<Hi>, Lo, [...Seen, Hi]>
export type FieldOf<T extends RegisterTable> = T['fields'][number]
export type FieldName<T extends RegisterTable> = FieldOf<T>['name']
/** How many bits the field has; `number` where name or table are known at run time only. */
export type WidthOf<T extends RegisterTable, N extends string> =
  Extract<FieldOf<T>, { readonly name: N }> extends infer F extends Bits ? number extends F['hi'] ? number : Count<F['hi'], F['lo']> & number : never

/** A mode encoding of the M field. */
export interface Mode {
  readonly name: string
  /** M[4:0] */
  readonly m: number
  /** The exception level that a return to the mode goes to. */
  readonly level: 0 | 1 | 2 | 3
  /**
   * What must hold for a return from EL1 (AArch64) to the mode to be legal; `never`: it is illegal.
   * `aarch32-el0`: AArch32 is implemented at EL0.
   */
  readonly legalFromEl1: 'always' | 'aarch32-el0' | 'never'
}
