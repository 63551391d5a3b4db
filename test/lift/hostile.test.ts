/** A stranger's C file and patch: every one ends, soon, in an error or in a term. */
import { expect } from 'chai'
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { directory, Lifter, Tree } from '../../lift/index.js'
import { parsePatch, patched } from '../../lift/patch.js'
import { home, liftC } from './c.js'

const seconds = async (f: () => unknown): Promise<number> => { const begun = process.cpuUsage(); await f(); return process.cpuUsage(begun).user / 1e6 }
const reasonOf = async (text: string, more: Record<string, string> = {}): Promise<string> => { const r = await liftC(text, 'f', {}, more); return r.kind === 'lifted' ? 'lifted' : r.reason }

describe('lift: hostile input', function () {
  this.timeout(600_000)
  it('macros that name each other end as C says: the inner name stays, and is unknown', async () => {
    expect(await reasonOf('#define A B\n#define B A\nint f(void) { return A; }')).to.match(/unknown name/)
    expect(await reasonOf('#define F(x) G(x)\n#define G(x) F(x)\nint f(int x) { return F(x); }')).to.match(/call of|unknown/)
  })
  it('a macro that doubles forty times is cut off, in bounded time', async () => {
    const doubling = `#define A0 x + x\n${Array.from({ length: 40 }, (_, i) => `#define A${i + 1} A${i} + A${i}`).join('\n')}\nint f(int x) { return A40; }`
    let reason = ''
    expect(await seconds(async () => { reason = await reasonOf(doubling) })).to.be.lessThan(20)
    expect(reason).to.match(/too long|nested too deeply/)
  })
  it('nesting: parentheses, blocks, #if, calls', async () => {
    expect(await reasonOf(`int f(int x) { return ${'('.repeat(20_000)}x${')'.repeat(20_000)}; }`)).to.match(/too deeply|too long|not understood/)
    expect(await reasonOf(`int f(int x) { ${'{'.repeat(2_000)}x++;${'}'.repeat(2_000)} return x; }`)).to.match(/too deeply|too long|not understood/)
    expect(await reasonOf(`${'#if 1\n'.repeat(20_000)}int f(int x) { return x; }\n${'#endif\n'.repeat(20_000)}`)).to.match(/lifted|too deeply/)
    expect(await reasonOf(`int g0(int x) { return x; }\n${Array.from({ length: 300 }, (_, i) => `int g${i + 1}(int x) { return g${i}(x); }`).join('\n')}\nint f(int x) { return g300(x); }`)).to.match(/too deeply/)
  })
  it('headers that include each other, and loops without an end', async () => {
    const other = 'arch/arm64/include/asm/a.h'
    expect(await reasonOf('#include <asm/a.h>\nint f(int x) { return x + ONE; }', { [other]: '#include <asm/b.h>\n#define ONE 1\n', 'arch/arm64/include/asm/b.h': '#include <asm/a.h>\n' })).to.equal('lifted')
    const r = await liftC('int f(int x) { while (1) x++; return x; }', 'f')
    expect(r.kind === 'not lifted' || r.obligations.length > 0, 'the end of the loop is not taken for granted').to.equal(true)
  })
  it('a file of 100 MB is refused unread', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-hostile-'))
    try {
      mkdirSync(join(dir, dirname(home)), { recursive: true })
      const fd = openSync(join(dir, home), 'w')
      ftruncateSync(fd, 100 << 20)
      closeSync(fd)
      const lifter = await Lifter.on(new Tree(directory(dir)))
      let r: ReturnType<Lifter['lift']> | undefined
      expect(await seconds(() => { r = lifter.lift('valid_user_regs') })).to.be.lessThan(20)
      expect(r?.kind).to.equal('not lifted')
      expect(r?.kind === 'not lifted' ? r.reason : '').to.match(/too long/)
    } finally { rmSync(dir, { recursive: true }) }
  })
  it('a tree does not lead out of itself', () => {
    const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-hostile-'))
    try {
      writeFileSync(join(dir, 'secret'), 'x')
      mkdirSync(join(dir, 'tree'))
      const files = directory(join(dir, 'tree'))
      for (const path of ['../secret', 'a/../../secret', join(dir, 'secret')]) expect(files.read(path), path).to.equal(undefined)
    } finally { rmSync(dir, { recursive: true }) }
  })
  it('patches: absurd line numbers and counts, paths that leave the tree, sizes', async () => {
    const files = { read: (p: string): string | undefined => p === home ? 'a\nb\nc\n' : undefined }
    const one = (hunk: string, path = home): string => `--- a/${path}\n+++ b/${path}\n${hunk}`
    const apply = (text: string): string | undefined => patched(files, [{ name: 'p', text }]).files.read(home)
    expect(await seconds(() => { expect(apply(one('@@ -999999999999999,1 +999999999999999,1 @@\n-b\n+B\n'))).to.equal('a\nB\nc\n') })).to.be.lessThan(5)
    expect(await seconds(() => { expect(() => apply(one('@@ -9007199254740993,1 +1,1 @@\n-x\n+B\n'))).to.throw(/does not fit/) })).to.be.lessThan(5)
    expect(() => apply(one('@@ -1,99999999 +1,99999999 @@\n-a\n+A\n'))).to.throw(/ends too early|damaged/)
    for (const path of ['../../etc/passwd', 'arch/../../etc/passwd', '/etc/passwd']) expect(() => parsePatch(one('@@ -1 +1 @@\n-a\n+b\n', path)), path).to.throw(/leaves the tree/)
    expect(() => parsePatch('x'.repeat(5 << 20))).to.throw(/more than 4 MB/)
    expect(() => apply(`--- a/${home}\n+++ b/${home}\n${'@@ -1 +1 @@\n-a\n+a\n'.repeat(20_000)}`)).to.not.throw()
  })
})
