import { expect } from 'chai'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engine } from '../../cli/deciding.js'
import { treeVerdicts, type TreeVerdicts } from '../../cli/check-tree.js'
import { claims } from '../../proofs/claims/index.js'
import type { Decision } from '../../proofs/decide.js'
import { guardPatches, patchOf, type GuardPatch } from './guards.js'
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
  const shown = (v: TreeVerdicts, kernel: string, condition: string): Decision | undefined =>
    v.results.filter((r) => r.kernel.name === kernel).flatMap((r) => [r.decision, ...r.decision.conditions]).find((d) => d.claim.id === condition)
  const verdict = (v: TreeVerdicts, kernel: string, condition: string): string | undefined =>
    shown(v, kernel, condition)?.verdict

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
  const guard = (name: string): GuardPatch => guardPatches.find((g) => g.name === name)!
  it('do_ni_syscall() without its guard: the site asks another question', async function () {
    const tree = treeOrSkip('6.12', this)
    const v = await judged(tree, patchOf(tree, guard('do_ni_syscall')), ['tls/set-clobbers-tpidrro', 'tls/set-tls-unreachable'])
    expect(v.notes.join('\n')).to.match(guard('do_ni_syscall').says)
  })
  it('tls_thread_switch() without its 0 for a 64-bit task: the verdicts that turn, each with its run', async function () {
    const tree = treeOrSkip('6.12', this)
    const g = guard('tls_thread_switch: 0 for a 64-bit task')
    const v = await judged(tree, patchOf(tree, g), ['tls/kpti-clobbers-tpidrro', 'top/no-broken-behaviour'])
    expect(v.notes.join('\n')).to.match(g.says).and.match(/does not keep: tpidrro-zero/)
    // the KPTI trampoline writes a value of the task's own again, once nobody else has made it 0
    expect([verdict(v, 'v6.12', 'tls/kpti-clobbers-tpidrro'), verdict(v, 'patched', 'tls/kpti-clobbers-tpidrro')]).to.deep.equal(['fails', 'holds'])
    expect([verdict(v, 'v6.12', 'top/no-disclosure'), verdict(v, 'patched', 'top/no-disclosure')]).to.deep.equal(['holds', 'fails'])
    const [run] = shown(v, 'patched', 'top/no-disclosure')!.traces
    expect(run!.events.map((e) => e.kind)).to.include('switch')
    // a 64-bit task runs with what a 32-bit one had in TPIDRRO_EL0
    expect(shown(v, 'patched', 'top/no-disclosure')!.traces.some((t) => t.states.some((x) => { const on = x.tasks[Number(x.cpus[0]!.current)]; return on?.TIF_32BIT === false && x.cpus[0]!.TPIDRRO_EL0 !== 0n }))).to.equal(true)
  })
  it('compat_gpr_set() without valid_user_regs(): a tracer breaks what every PSTATE of a task has', async function () {
    const tree = treeOrSkip('6.12', this)
    const v = await judged(tree, patchOf(tree, guard('compat_gpr_set')), ['tls/set-tls-unreachable'])
    expect(v.notes.join('\n')).to.match(guard('compat_gpr_set').says).and.match(/does not keep: pstate-of-its-width/)
  })
})
