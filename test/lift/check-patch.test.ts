import { expect } from 'chai'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engine } from '../../cli/deciding.js'
import { treeVerdicts, type TreeVerdicts } from '../../cli/check-tree.js'
import { claims } from '../../proofs/claims/index.js'
import { treeOrSkip } from './kernel-tree.js'

/** A patch of one line, made from the tree itself: what it finds becomes what stands instead. */
function oneLine(tree: string, file: string, find: RegExp, instead: string): string {
  const lines = readFileSync(join(tree, file), 'utf8').split('\n')
  const at = lines.findIndex((l) => find.test(l))
  if (at < 0) throw new Error(`${file} has no line like ${find}`)
  return `Subject: [PATCH] without a guard\n\n---\n--- a/${file}\n+++ b/${file}\n@@ -${at + 1} +${at + 1} @@\n-${lines[at]}\n+${lines[at]!.replace(find, instead)}\n-- \n2.39\n`
}

describe('check --tree --patch: a guard removed', function () {
  this.timeout(600_000)
  const judged = async (tree: string, text: string, names: readonly string[]): Promise<TreeVerdicts & { ms: number }> => {
    const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-patch-'))
    const e = engine({ solver: 'embedded', cache: false })
    try {
      const file = join(dir, '0001.patch')
      writeFileSync(file, text)
      const begun = performance.now()
      const found = await treeVerdicts(tree, [file], ['v6.12'], claims.filter((c) => names.includes(c.id)), ['any'], e)
      return { ...found, ms: performance.now() - begun }
    } finally {
      await e.close()
      rmSync(dir, { recursive: true })
    }
  }
  const verdict = (v: TreeVerdicts, kernel: string, condition: string): string | undefined =>
    v.results.filter((r) => r.kernel.name === kernel).flatMap((r) => [r.decision, ...r.decision.conditions]).find((d) => d.claim.id === condition)?.verdict

  it('a change that touches no modelled function is said so, and nothing is decided', async function () {
    const tree = treeOrSkip('6.12', this)
    const v = await judged(tree, oneLine(tree, 'arch/arm64/kernel/traps.c', /pr_emerg\("/, 'pr_alert("'), ['top/no-broken-behaviour'])
    expect(v.results).to.deep.equal([])
    expect(v.notes.at(-1)).to.match(/no modelled function rests on it/)
  })
  it('compat_restore_sigframe() without valid_user_regs(): the lifted calls stand in the model\'s place, and the invariants of PSTATE are lost', async function () {
    const tree = treeOrSkip('6.12', this)
    const v = await judged(tree, oneLine(tree, 'arch/arm64/kernel/signal32.c', /err \|= !valid_user_regs\(.*\);/, ';'), ['sigreturn/always-sigsegv'])
    expect(v.notes.join('\n')).to.match(/compat_sys_sigreturn, compat_sys_rt_sigreturn as lifted/).and.match(/does not keep: pstate-of-its-width/)
    expect(verdict(v, 'v6.12', 'sigreturn/always-sigsegv')).to.equal('vacuous')
  })
  it('do_ni_syscall() without its guard: the site asks another question', async function () {
    const tree = treeOrSkip('6.12', this)
    const v = await judged(tree, oneLine(tree, 'arch/arm64/kernel/syscall.c', /if \(is_compat_task\(\)\) \{/, 'if (1) {'), ['tls/set-clobbers-tpidrro', 'tls/set-tls-unreachable'])
    expect(v.notes.join('\n')).to.match(/do_ni_syscall asks always instead of is_compat_task/)
  })
})
