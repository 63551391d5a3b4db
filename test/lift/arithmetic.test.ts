import { expect } from 'chai'
import { call, compiled, hasCompiler, lifted } from './c.js'

/** Expressions over a, b (unsigned long), as a function of the result's type: promotions, conversions, comparisons as C has them. */
const expressions: [type: string, bits: number, text: string][] = [
  ['long', 64, '(s32)a + (u32)b'], ['long', 64, '(s32)a + (s64)b'], ['u64', 64, '(u32)a + (u32)b'], ['u64', 64, '(u32)a * 5'], ['long', 64, '(s8)a'], ['long', 64, '(u8)a - (u8)b'], ['int', 32, '(u16)a << 20'],
  ['int', 32, '(s8)a < (u8)b'], ['int', 32, '(s32)a < (u32)b'], ['int', 32, '(s64)a < (u32)b'], ['int', 32, '-1 < (u32)a'], ['int', 32, '-1 < (u16)a'], ['u64', 64, '~(u8)a'], ['u64', 64, '~(u32)a'], ['u64', 64, '-(u32)a'],
  ['u64', 64, 'a & ~0x200000'], ['u64', 64, 'a & ~0x80000000'], ['u64', 64, 'a & ~0x80000000ul'], ['u64', 64, '(s32)a >> 3'], ['u64', 64, '(u32)a >> 3'], ['u64', 64, '(s64)a >> 33'], ['u64', 64, 'a / 8'], ['u64', 64, 'a % 16'],
  ['u64', 64, '(u32)a / 4 + (u32)b % 4'], ['int', 32, '!a'], ['int', 32, '!!(a & 2)'], ['int', 32, 'a && b'], ['int', 32, 'a || (u8)b'], ['u64', 64, '(u8)a ? (s32)b : (u32)a'], ['u64', 64, 'a ?: b'], ['u8', 8, '(bool)(a & 0x100)'], ['u8', 8, '(bool)a + (bool)b'],
  ['long', 64, '(s32)(a ^ b) == (s32)a'], ['u64', 64, "'A' + (s8)a"], ['u64', 64, '(u32)a << (b & 31)'], ['u64', 64, '(s32)a >> (b & 31)'], ['u64', 64, '1ul << (b & 63)'], ['long', 64, '(s16)a * 3 - (s16)b * -2'], ['u64', 64, 'sizeof(a) + sizeof((u8)a + (u8)b)'],
  ['u64', 64, '(u64)(s32)(u16)a | (u64)(s16)b << 32'], ['u64', 64, '0xffffffff + 1'], ['u64', 64, '4294967295 + 1'], ['u64', 64, '0x7fffffff + (a & 1)'], ['int', 32, '(u32)a - (u32)b < 0'], ['int', 32, '(u16)a - (u16)b < 0'], ['u64', 64, 'a == b ? 1u : -1l'],
  ['u64', 64, '(typeof(u32))a + (u32)b'], ['long', 64, '(typeof((u8)a + (u8)b))a'], ['u64', 64, '(typeof(typeof(s8)))a'], ['u64', 64, 'sizeof(typeof(a ? (u16)a : (u32)b))'], ['u64', 64, '({ typeof((s16)b) x = a; x + (__typeof__(x))b; })'],
  ['u64', 64, '((typeof(u64))((((typeof(u64))1 << (8*sizeof(typeof(u64)) - 1)) - 1) + ((typeof(u64))1 << (8*sizeof(typeof(u64)) - 1))) << (b & 31)) & a'],
]
const values = [0n, 1n, 2n, 3n, 0x7fn, 0x80n, 0xffn, 0x100n, 0x7fffn, 0x8000n, 0xffffn, 0x200000n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x100000000n, 0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn, 0x123456789abcdef0n]
const pairs = values.flatMap((a) => values.map((b): [bigint, bigint] => [a, b]))

describe('lift: C arithmetic of arm64', () => {
  it('known answers', async () => {
    const answer = async (body: string, args: Record<string, bigint> = {}): Promise<bigint> => call(await lifted(`u64 f(u64 a, u64 b) { return ${body}; }`, 'f'), args)
    expect(await answer('(u8)200 + (u8)100')).to.equal(300n) // promoted to int
    expect(await answer('-1 < 1u')).to.equal(0n) // -1 becomes unsigned
    expect(await answer('-1 < (u16)1')).to.equal(1n) // both become int
    expect(await answer('a & ~0x80000000', { a: ~0n })).to.equal(0x7fffffffn) // ~ on unsigned int, then zero-extended
    expect(await answer('a & ~0x40000000', { a: ~0n })).to.equal(0xffffffffbfffffffn) // ~ on int, then sign-extended
    expect(await answer('(s32)a', { a: 0x80000000n })).to.equal(0xffffffff80000000n)
    expect(await answer('1 ? (s32)a : 1u', { a: 0xffffffffn })).to.equal(0xffffffffn) // the common type is unsigned int
  })
  it('agrees with the system\'s compiler on every pair of boundary values', async function () {
    if (!hasCompiler) { console.log('      SKIPPED: no cc on this machine'); this.skip() }
    const source = expressions.map(([type, , e], i) => `${type} f${i}(unsigned long a, unsigned long b) { return ${e}; }`).join('\n')
    const all = compiled(source, expressions.map(([, bits], i) => ({ name: `f${i}`, bits })), pairs)
    for (const [i, [, , text]] of expressions.entries()) {
      const f = await lifted(source.replace(/\bunsigned long\b/g, 'u64'), `f${i}`)
      const theirs = all[i]!
      pairs.forEach(([a, b], k) => { expect(call(f, { a, b }), `${text} for a=${a}, b=${b}`).to.equal(theirs[k]) })
    }
  })
})
