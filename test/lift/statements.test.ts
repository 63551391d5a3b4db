import { expect } from 'chai'
import { evaluate } from '../../model/terms/evaluate.js'
import { call, liftC, lifted } from './c.js'

describe('lift: statements', () => {
  it('if, early return, switch with fall-through, goto to a label', async () => {
    const f = await lifted(`
int f(int x)
{
	int r = 0;

	if (x == 7)
		return 70;
	switch (x) {
	case 0:
	case 1:
		r = 10;
		/* fall through */
	case 2:
		r += 1;
		break;
	case -3:
		goto out;
	default:
		r = 5;
	}
	r *= 2;
out:
	return r;
}`, 'f')
    const of = (x: bigint): bigint => call(f, { x })
    expect([7n, 0n, 1n, 2n, -3n, 9n].map(of)).to.deep.equal([70n, 22n, 22n, 2n, 0n, 10n])
  })
  it('loops are unrolled; break and continue', async () => {
    const f = await lifted('int f(int n) { int i, s = 0; for (i = 0; i < 10; i++) { if (i == 3) continue; if (i > n) break; s += i; } do { s++; } while (0); return s; }', 'f')
    expect([0n, 2n, 5n, 20n].map((n) => call(f, { n }))).to.deep.equal([1n, 4n, 13n, 43n])
    expect(f.obligations).to.deep.equal([])
  })
  it('a loop without a bound leaves an obligation', async () => {
    const f = await lifted('int f(unsigned int n) { int s = 0; while (n--) s++; return s; }', 'f')
    expect(f.obligations.map((o) => o.what).join()).to.match(/loop ends within/)
  })
  it('structures behind pointers are named fields; copies are copies', async () => {
    const f = await lifted('struct a { int x; struct { int y[3]; } in; };\nint f(struct a *p, int i) { struct a old = *p; int *q; p->x = i; p->in.y[1] = 5; q = &p->in.y[2]; *q = old.x; return old.in.y[1]; }', 'f')
    expect([...f.changes.keys()].sort()).to.deep.equal(['p.in.y[1]', 'p.in.y[2]', 'p.x'])
    expect(f.result!.name).to.equal('p.in.y[1]')
    expect(f.changes.get('p.in.y[2]')!.after.name).to.equal('p.x')
  })
  it('an unknown index reads and writes one element, and must be in range', async () => {
    const f = await lifted('struct a { int y[3]; };\nint f(struct a *p, unsigned int i) { p->y[i] = 9; return p->y[1]; }', 'f')
    expect(call(f, { i: 1n })).to.equal(9n)
    expect(call(f, { 'i': 2n, 'p.y[1]': 4n })).to.equal(4n)
    expect(f.obligations.map((o) => o.what)).to.deep.equal(['index is within s32[3]'])
  })
  it('a pointer may be one of two', async () => {
    const f = await lifted('struct a { long x, y; };\nvoid f(struct a *p, int c) { long *q; if (c) q = &p->x; else q = &p->y; *q = 1; }', 'f')
    expect([...f.changes.keys()].sort()).to.deep.equal(['p.x', 'p.y'])
  })
  it('macros: object-like, function-like, pasted, of a header; #if by configuration', async () => {
    const header = '#ifndef _H\n#define _H\n#define BIT(n) (1ul << (n))\n#define CAT(a, b) a ## b\n#ifdef CONFIG_COMPAT\n#define WHICH 1\n#else\n#define WHICH 2\n#endif\n#ifdef CONFIG_CPU_BIG_ENDIAN\n#define WHICH 3\n#endif\n#endif\n'
    const f = await lifted('#include <asm/h.h>\nstatic int g1(int x) { return x + WHICH; }\nu64 f(void) { return CAT(g, 1)(BIT(4)); }', 'f', {}, { 'arch/arm64/include/asm/h.h': header })
    expect(call(f, {})).to.equal(17n)
  })
  it('a macro of statements has no body of its own: it is lifted through a function around it', async () => {
    const header = '#define NEW_IMAGE(ex) \\\n({ p->kind = 64; \\\n})\n'
    const files = { 'arch/arm64/kernel/process.c': '#include <asm/elf.h>\nstruct a { int kind, end; };\nvoid after(struct a *p) { p->end = p->kind + 1; }', 'arch/arm64/include/asm/elf.h': header }
    const f = await lifted('', 'NEW_IMAGE', { code: 'void new_image(struct a *p) { NEW_IMAGE(0); after(p); }' }, files)
    expect([...f.changes].map(([path, c]) => [path, evaluate(c.after, () => 0n)])).to.have.deep.members([['p.kind', 64n], ['p.end', 65n]])
    expect(f.place).to.deep.equal({ file: 'arch/arm64/include/asm/elf.h', line: 1 })
    expect(f.uses.map((d) => d.name)).to.include.members(['NEW_IMAGE', 'after'])
    expect(f.uses.map((d) => d.name)).to.not.include('new_image')
    const none = await liftC('', 'NEW_IMAGE', { code: 'void new_image(void) { }' }, files)
    expect(none.kind === 'not lifted' && none.reason).to.equal('no such macro in the tree')
  })
  const refused: [string, string, RegExp][] = [
    ['an unknown call', 'int f(int x) {\n\treturn mystery(x);\n}', /call of mystery.*ptrace\.c:2/],
    ['an unknown name', 'int f(int x) { return x + WHAT; }', /unknown name/],
    ['inline assembler', 'int f(int x) { asm volatile("nop"); return x; }', /asm/],
    ['a backward goto', 'int f(int x) { again: x++; if (x < 3) goto again; return x; }', /backwards/],
    ['user memory accessed directly', 'int f(int __user *p) { return *p; }', /user memory is accessed directly/],
    ['a product of two unknowns', 'int f(int x, int y) { return x * y; }', /\* of two unknown numbers/],
    ['recursion', 'int f(int x) { return x ? f(x - 1) : 0; }', /nested too deeply/],
    ['what is not C', 'int f(int x) { return x +* ; }', /not understood as C/],
    ['two different definitions', '#define A 1\n#define A 2\nint f(void) { return A; }', /defined differently/],
    ['deep nesting', `int f(int x) { return ${'('.repeat(5000)}x${')'.repeat(5000)}; }`, /nested too deeply/],
    ['a macro that grows for ever', `#define A0 x + x\n${Array.from({ length: 40 }, (_, i) => `#define A${i + 1} A${i} + A${i}`).join('\n')}\nint f(int x) { return A40; }`, /too long|nested too deeply/],
    ['a condition nobody can judge', '#if VERSION_OF(3) > 2\nint f(void) { return 1; }\n#endif', /cannot be judged/],
  ]
  for (const [what, text, why] of refused) {
    it(`refuses ${what}, with its place`, async () => {
      const r = await liftC(text, 'f')
      expect(r.kind).to.equal('not lifted')
      if (r.kind === 'not lifted') expect(`${r.reason} ${r.place.file}:${r.place.line}`).to.match(why)
    })
  }
})
