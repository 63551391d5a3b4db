import { expect } from 'chai'
import type { Complete, RegisterTable } from '../../model/registers/table-types.js'
import * as pstate from '../../model/registers/pstate-aarch64.table.js'
import * as aarch32 from '../../model/registers/spsr-aarch32.table.js'
import * as psr from '../../model/registers/psr.table.js'
import * as tpidr from '../../model/registers/tpidr.table.js'

type F<N extends string, Hi extends number, Lo extends number> = { name: N, hi: Hi, lo: Lo }
/** Compiles only if the two types are the same. */
type Same<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false

// What the build refuses: each of these is a type error when `true` is assigned to it.
const gap: Same<Complete<[F<'a', 31, 16>, F<'b', 14, 0>], 31>, ['gap or overlap at', 'b', 'expected bit', 15]> = true
const overlap: Same<Complete<[F<'a', 31, 16>, F<'b', 16, 0>], 31>, ['gap or overlap at', 'b', 'expected bit', 15]> = true
const short: Same<Complete<[F<'a', 31, 1>], 31>, ['no field for bit', 0]> = true
const reversed: Same<Complete<[F<'a', 31, 31>, F<'b', 0, 30>], 31>, ['lo above hi in', 'b']> = true
const whole: Same<Complete<[F<'a', 63, 32>, F<'b', 31, 0>], 63>, true> = true

const isTable = (x: unknown): x is RegisterTable => typeof x === 'object' && x !== null && 'fields' in x

describe('registers: tables', () => {
  it('gaps and overlaps are type errors', () => expect([gap, overlap, short, reversed, whole]).to.deep.equal([true, true, true, true, true]))
  for (const module of [pstate, aarch32, psr, tpidr]) {
    for (const [name, exported] of Object.entries<unknown>({ ...module })) {
      if (!isTable(exported)) continue
      const table = exported
      it(`${name}: each bit once, names once`, () => {
        const seen = new Array<number>(table.bits).fill(0)
        for (const f of table.fields) for (let b = f.lo; b <= f.hi; b++) seen[b]!++
        expect(seen).to.deep.equal(new Array<number>(table.bits).fill(1))
        expect(new Set(table.fields.map((f) => f.name)).size).to.equal(table.fields.length)
      })
    }
  }
  it('a compat task keeps TPIDRRO_EL0 in uw.tp_value and TPIDR_EL0 in uw.tp2_value (task_user_tls, v5.11)', () => {
    expect(tpidr.tlsShadows.compat).to.deep.equal({ TPIDR_EL0: 'uw.tp2_value', TPIDRRO_EL0: 'uw.tp_value' })
    expect(tpidr.tlsShadows.native).to.deep.equal({ TPIDR_EL0: 'uw.tp_value', TPIDRRO_EL0: 'none' })
  })
})
