import { expect } from 'chai'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Lifter, Tree } from '../../lift/index.js'
import { parsePatch, patched } from '../../lift/patch.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import { kernelFor } from '../../cli/verify/kernels.js'
import { Source, verify } from '../../cli/verify/verify.js'
import { openTree } from '../../cli/tree.js'
import { home } from './c.js'

const before = 'int is_compat_task(void);\nint f(int x)\n{\n\tif (x < 0)\n\t\treturn 0;\n\n\treturn x;\n}\n\nint g(void)\n{\n\treturn 1;\n}\n'
const mail = (hunk: string): string => `From 0123 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: [PATCH] remove a guard\n\nWhy not.\n--- not a diff\n---\n ${home} | 3 ---\n 1 file changed\n\ndiff --git a/${home} b/${home}\nindex 1..2 100644\n--- a/${home}\n+++ b/${home}\n${hunk}-- \n2.39.2\n`
const removesGuard = '@@ -2,8 +2,5 @@ int is_compat_task(void);\n int f(int x)\n {\n-\tif (x < 0)\n-\t\treturn 0;\n-\n \treturn x;\n }\n \n'
const files = { read: (p: string): string | undefined => p === home ? before : undefined }
const apply = (text: string): string | undefined => patched(files, [{ name: 'p', text }]).files.read(home)

describe('lift: patches as they are mailed', () => {
  it('format-patch with its mail around it', () => {
    expect(apply(mail(removesGuard))).to.equal(before.replace('\tif (x < 0)\n\t\treturn 0;\n\n', ''))
  })
  it('at another line than it says, with CRLF, quoted-printable, an empty context line', () => {
    const moved = removesGuard.replace('-2,8 +2,5', '-40,8 +40,5')
    expect(apply(mail(moved))).to.equal(apply(mail(removesGuard)))
    expect(apply(mail(removesGuard).replace(/\n/g, '\r\n'))).to.equal(apply(mail(removesGuard)))
    expect(apply(`Content-Transfer-Encoding: quoted-printable\n${mail(removesGuard).replace(/=/g, '=3D').replace('return x', 'retu=\nrn x')}`)).to.equal(apply(mail(removesGuard)))
    expect(apply(mail(removesGuard.replace(/\n \n$/, '\n\n')))).to.equal(apply(mail(removesGuard)))
  })
  it('with fuzz where only the ends of the context differ, and says so; a removed line must be there', () => {
    const other = removesGuard.replace(' int f(int x)', ' int f(int y)').replace(' \treturn x;\n }\n \n', ' \treturn x;\n }\n /* x */\n')
    const { files: after, notes } = patched(files, [{ name: 'p', text: mail(other) }])
    expect(after.read(home)).to.equal(before.replace('\tif (x < 0)\n\t\treturn 0;\n\n', ''))
    expect(notes).to.have.length(1)
    expect(notes[0]).to.match(/^p: line 15: applied to .* at line 3 \(offset 0\) with fuzz 1$/)
    expect(patched(files, [{ name: 'p', text: mail(removesGuard) }]).notes).to.deep.equal([])
    expect(() => apply(mail(other.replace('return 0', 'return 2')))).to.throw(/does not fit/)
  })
  it('what does not fit, or is no patch, is an error that says where', () => {
    expect(() => apply(mail(removesGuard.replace('x < 0', 'x < 1')))).to.throw(/line 15: the hunk does not fit/)
    expect(() => apply(mail(removesGuard.replace('-2,8 +2,5', '-2,12 +2,9')))).to.throw(/damaged|ends too early|more lines/)
    expect(() => apply('hello\n')).to.throw(/no diff/)
    expect(() => parsePatch('--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n')).to.throw(/leaves the tree/)
    expect(() => patched(files, [{ name: 'p', text: mail(removesGuard).replaceAll(home, 'arch/arm64/kernel/none.c') }])).to.throw(/is not in the tree/)
  })
  it('a patch that removes one guard is judged, with its witness', async () => {
    const header = 'typedef unsigned long long u64;\n'
    const source = '#include <linux/t.h>\n#define PSR_SS (1 << 21)\nstruct user_pt_regs { u64 regs[31]; u64 sp; u64 pc; u64 pstate; };\n#define TIF_SINGLESTEP 21\nstruct thread_info { unsigned long flags; };\nstruct task_struct { struct thread_info thread_info; };\n' +
      'void user_regs_reset_single_step(struct user_pt_regs *regs, struct task_struct *task)\n{\n\tif (test_tsk_thread_flag(task, TIF_SINGLESTEP))\n\t\tregs->pstate |= PSR_SS;\n\telse\n\t\tregs->pstate &= ~PSR_SS;\n}\n'
    const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-tree-'))
    try {
      mkdirSync(join(dir, 'arch/arm64/kernel'), { recursive: true })
      mkdirSync(join(dir, 'include/linux'), { recursive: true })
      writeFileSync(join(dir, home), source)
      writeFileSync(join(dir, 'include/linux/t.h'), header)
      writeFileSync(join(dir, 'p.patch'), `--- a/${home}\n+++ b/${home}\n@@ -9,4 +9,1 @@\n-\tif (test_tsk_thread_flag(task, TIF_SINGLESTEP))\n-\t\tregs->pstate |= PSR_SS;\n-\telse\n-\t\tregs->pstate &= ~PSR_SS;\n+\tregs->pstate |= PSR_SS;\n`)
      const pool = new SolverPool({ jobs: 1 })
      try {
        const judge = async (patches: string[]): Promise<string> => {
          const lifter = await Lifter.on(new Tree(openTree(dir, patches).tree.files))
          const [r] = await verify(new Source(lifter), kernelFor('v6.12'), pool, new Set(['user_regs_reset_single_step']))
          const o = r!.outcome
          return o.kind === 'differs' ? `differs: ${o.outputs.map((d) => `${d.output} ${d.source} ${d.model}`).join()}` : o.kind
        }
        expect(await judge([])).to.equal('equal')
        // without TIF_SINGLESTEP and with SS clear: the source sets bit 21, the model does not
        expect(await judge([join(dir, 'p.patch')])).to.equal(`differs: current.pt_regs.pstate ${1 << 21} 0`)
      } finally { await pool.close() }
    } finally { rmSync(dir, { recursive: true }) }
  })
})
