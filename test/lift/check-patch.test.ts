import { expect } from 'chai'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engine } from '../../cli/deciding.js'
import { treeVerdicts, type TreeVerdicts } from '../../cli/check-tree.js'
import { claims } from '../../proofs/claims/index.js'
import { v612 } from '../../model/kernels/v6.12.js'
import { decide, Questions, type Decision } from '../../proofs/decide.js'
import { keptClauses } from '../../proofs/invariants.js'
import { follow } from '../../proofs/prefix.js'
import { readInvariants, recordedClauses } from '../../proofs/recorded.js'
import { recordedRun } from '../../proofs/runs/record.js'
import { redecide } from '../../proofs/runs/redecide.js'
import { universal } from '../../proofs/system/reach.js'
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
  const judged = async (tree: string, text: string, names?: readonly string[]): Promise<TreeVerdicts & { ms: number }> => {
    const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-patch-'))
    const e = engine({ solver: 'embedded', cache: false })
    try {
      const file = join(dir, '0001.patch')
      writeFileSync(file, text)
      const begun = performance.now()
      const found = await treeVerdicts(tree, [file], ['v6.12'], claims.filter((c) => names?.includes(c.id) !== false), ['any'], e)
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

  /** The decisions of claims without conditions, and of the conditions of the others, that the patch turns. */
  const turned = (v: TreeVerdicts): { d: Decision, was: string | undefined }[] => v.results.filter((r) => r.kernel.name === 'patched').flatMap((r) => r.decision.conditions.length > 0 ? r.decision.conditions : [r.decision])
    .map((d) => ({ d, was: verdict(v, 'v6.12', d.claim.id) })).filter(({ d, was }) => d.verdict !== was)
  /** Each run that is shown is one of the patched model, event by event; from exec it shows what the verdict says, decided again as a recorded run is. */
  const isShown = (d: Decision): 'from exec' | 'from a state' => {
    const goal = universal(d) ? 'situation' : d.quantifier === 'exists' ? 'property' : 'not property'
    expect(d.traces, d.claim.id).to.have.length.greaterThan(0)
    for (const t of d.traces) if (t.kernel === d.kernel.name) expect(follow(d.kernel, t, t.states[0]!, t.events), d.claim.id).to.deep.equal(t.states)
    if (d.traces.some((t) => t.start !== 'exec')) return 'from a state'
    expect(redecide(d.claim, d.shape!, d.kernel, d.userspace, goal, { goal, shape: d.shape!.name, irrelevant: [], runs: d.traces.map(recordedRun) }), d.claim.id).not.to.equal(undefined)
    return 'from exec'
  }
  for (const name of ['valid_native_regs: the mode', 'compat_restore_sigframe', 'do_ni_syscall']) {
    it(`${name}: every run shown for a verdict that turns is one, and shows it`, async function () {
      const tree = treeOrSkip('6.12', this)
      const v = await judged(tree, patchOf(tree, guard(name)))
      expect(v.results.map((r) => r.verdict)).not.to.include('unknown')
      const runs = turned(v).filter(({ d }) => d.verdict !== 'vacuous').map(({ d }) => isShown(d))
      expect(runs.filter((x) => x === 'from exec')).to.have.length.greaterThan(0)
    })
  }
  it('says what a full decision says: no record, no hint, invariants from nothing', async function () {
    const tree = treeOrSkip('6.12', this)
    const names = ['dispatch/arguments-32-bit', 'dispatch/both-kinds-mix', 'dispatch/memory-below-4g', 'seccomp/arch-of-the-table', 'regset/registers-arrive-whole', 'coredump/native-view']
    const v = await judged(tree, patchOf(tree, guard('valid_native_regs: the mode')), names)
    const kernel = v.results.find((r) => r.kernel.name === 'patched')!.kernel
    const e = engine({ solver: 'embedded', cache: false })
    try {
      const kept = (await keptClauses(kernel, e.oracle)).clauses
      expect(v.notes.join('\n')).to.include(`does not keep: ${recordedClauses(v612, readInvariants())!.filter((c) => !kept.includes(c)).map((c) => c.name).join(', ')}`)
      const questions = new Questions(() => kept)
      for (const claim of claims.filter((c) => names.includes(c.id))) {
        const full = await decide(claim, kernel, 'any', e.oracle, questions, { kept: () => kept })
        expect(verdict(v, 'patched', claim.id), claim.id).to.equal(full.verdict)
      }
    } finally { await e.close() }
  })
})
