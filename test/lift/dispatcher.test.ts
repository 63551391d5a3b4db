/** Patches of the dispatcher, judged by the command; and the model with the lifted pieces against a simulator that is patched in the same way. */
import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { treeVerdicts, type TreeVerdicts } from '../../cli/check-tree.js'
import { engine } from '../../cli/deciding.js'
import { openTree } from '../../cli/tree.js'
import { kernelFor } from '../../cli/verify/kernels.js'
import { recognise } from '../../cli/verify/recognise.js'
import { provenQuestions } from '../../cli/verify/records.js'
import { Source } from '../../cli/verify/verify.js'
import { Lifter, Tree } from '../../lift/index.js'
import { claims } from '../../proofs/claims/index.js'
import { diff, leafAt, type Leaf } from '../../sim/diff.js'
import { seededChoices } from '../../sim/choices.js'
import { kernelOf, NotEnabled, simulateWith, type Kernel } from '../../sim/index.js'
import { randomConfig, randomEvent, randomStart } from '../../sim/random.js'
import { UsageError } from '../../trace/errors.js'
import type { Event } from '../../trace/events.js'
import { taskIndex } from '../../trace/trace.js'
import { place, type State } from '../../trace/state.js'
import { leftOut } from '../model/left-out.js'
import { more, modelStep } from '../sim/compiled-model.js'
import { guardPatches, patchOf, type GuardPatch } from './guards.js'
import { treeOrSkip, type TreeVersion } from './kernel-tree.js'

const version = (g: GuardPatch): TreeVersion => g.tree === 'v6.12' ? '6.12' : 'rfc-v2'
const rfc = kernelOf('rfc-v2')
const v612 = kernelOf('v6.12')
const low = (x: bigint): bigint => x & 0xffffffffn
/** The tasks whose present call goes through syscall_trace_exit(): its entry was reported, a filter refused it, or it is traced or stepped now. */
type Slow = ReadonlySet<number>

interface Row {
  readonly guard: string
  /** what turns, of the claims that are asked */
  readonly turns: Readonly<Record<string, readonly [string, string]>>
  /** the simulator with the same change; undefined: it has no place for it */
  readonly simulator?: (e: Event, slow: Slow) => Kernel
}
const rows: readonly Row[] = [
  {
    guard: 'rfc: flag set in do_el0_svc', turns: { 'dispatch/flag-during-call': ['holds', 'fails'], 'seccomp/arm-for-compat-calls': ['holds', 'fails'], 'dispatch/flag-only-in-call': ['fails', 'holds'] },
    simulator: () => ({ ...rfc, doEl0Svc: (t, imm) => imm === 1n ? { fake: true, number: low(t.regs[7]!) } : rfc.doEl0Svc(t, imm) }),
  },
  {
    // the early return for a tag fault leaves the flag behind as it is: nothing that is not lost already
    guard: 'rfc: flag cleared after the call', turns: { 'dispatch/flag-during-call': ['holds', 'holds'], 'dispatch/both-kinds-mix': ['fails', 'fails'], 'dispatch/flag-only-in-call': ['fails', 'fails'] },
    simulator: (e, slow) => e.kind === 'leave' && !slow.has(taskIndex(e.task)) ? { ...rfc, endOfCommon: () => {} } : rfc,
  },
  {
    guard: 'rfc: flag cleared after a traced call', turns: { 'dispatch/both-kinds-mix': ['fails', 'fails'], 'dispatch/flag-only-in-call': ['fails', 'fails'] },
    simulator: (e, slow) => e.kind === 'leave' && slow.has(taskIndex(e.task)) ? { ...rfc, endOfCommon: () => {} } : rfc,
  },
  {
    guard: 'rfc: flag set by every SVC', turns: { 'dispatch/bit-31-enosys': ['holds', 'fails'], 'seccomp/native-calls-bypass': ['holds', 'fails'] },
    simulator: () => ({ ...rfc, doEl0Svc: (t, imm) => { t.compat_call = true; return rfc.doEl0Svc(t, imm) } }),
  },
  {
    guard: 'rfc: flag cleared at the early return, too', turns: { 'dispatch/both-kinds-mix': ['fails', 'holds'], 'dispatch/flag-only-in-call': ['fails', 'fails'] },
    simulator: (e) => e.kind === 'svc' ? { ...rfc, endOfFakeCall: (t) => { t.compat_call = false } } : rfc,
  },
  {
    guard: 'rfc: the native table for SVC #1', turns: { 'dispatch/flag-during-call': ['holds', 'vacuous'], 'dispatch/arguments-32-bit': ['fails', 'holds'] },
    simulator: () => ({ ...rfc, doEl0Svc: (t, imm) => { const c = rfc.doEl0Svc(t, imm); return { ...c, fake: false } } }),
  },
  { guard: 'rfc: no early return', turns: { 'dispatch/both-kinds-mix': ['fails', 'holds'] } },
  { guard: 'invoke_syscall: the bound', turns: { 'dispatch/bit-31-enosys': ['holds', 'vacuous'] }, simulator: () => ({ ...v612, nativeCalls: 2 ** 32, compatCalls: 2 ** 32 }) },
  { guard: 'invoke_syscall: one number too many', turns: { 'dispatch/bit-31-enosys': ['holds', 'holds'] }, simulator: () => ({ ...v612, nativeCalls: v612.nativeCalls + 1, compatCalls: v612.compatCalls + 1 }) },
  { guard: 'do_el0_svc_compat: the compat table', turns: { 'seccomp/arch-of-the-table': ['holds', 'fails'], 'dispatch/arguments-32-bit': ['holds', 'vacuous'] } },
  { guard: 'el0_svc_common: orig_x0', turns: { 'dispatch/bit-31-enosys': ['holds', 'holds'] } },
]

/** What no state of the model can express: an error that names it. */
const beyond: readonly (Pick<GuardPatch, 'within' | 'find' | 'instead'> & { readonly what: string, readonly says: RegExp })[] = [
  { what: 'memory that the model does not have', within: /^static void el0_svc_common/, find: /regs->orig_x0 = regs->regs\[0\];/, instead: 'regs->orig_x0 = regs->regs[0]; current->ptrace_message = scno;', says: /current\.ptrace_message, which the model does not have/ },
  { what: 'what is stored before the stop for a tracer', within: /^static void el0_svc_common/, find: /scno == NO_SYSCALL/, instead: '0', says: /regs\[0\] at syscall_trace_enter\(\) is 0x0 in the source and 0xffffffffffffffda in the model/ },
  { what: 'a handler beyond the end of the table', within: /^static void invoke_syscall/, find: /array_index_nospec\(scno, sc_nr\)/, instead: 'scno + 1', says: /invoke_syscall: no choice of predicates makes the model equal to the source, and no lifted function can stand/ },
]

describe('check --tree --patch: the dispatcher', function () {
  this.timeout(600_000)
  const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-dispatcher-'))
  const e = engine({ solver: 'embedded', cache: false })
  after(async () => { await e.close(); rmSync(dir, { recursive: true }) })
  const patches = (tree: string, guards: readonly GuardPatch[]): string[] => guards.map((g, i) => {
    const file = join(dir, `${i}.patch`)
    writeFileSync(file, patchOf(tree, g))
    return file
  })
  const guard = (name: string): GuardPatch => guardPatches.find((g) => g.name === name)!
  const verdicts = (v: TreeVerdicts, claim: string): (string | undefined)[] => [0, 1].map((side) => v.results.filter((r) => r.claim.id === claim)[side]?.verdict)

  for (const r of rows) {
    it(`${r.guard}: judged, ${Object.entries(r.turns).map(([c, [x, y]]) => x === y ? `${c} stays ${x}` : `${c} ${x} → ${y}`).join(', ')}`, async function () {
      const g = guard(r.guard)
      const tree = treeOrSkip(version(g), this)
      const v = await treeVerdicts(tree, patches(tree, [g]), [g.tree], claims.filter((c) => c.id in r.turns), ['any'], e)
      expect(v.notes.join('\n')).to.match(g.says)
      for (const [claim, [x, y]] of Object.entries(r.turns)) expect(verdicts(v, claim), claim).to.deep.equal([x, y])
    })
    if (r.simulator === undefined) continue
    it(`${r.guard}: the model with the lifted pieces and the simulator with the same change do the same`, async function () {
      const g = guard(r.guard)
      const tree = treeOrSkip(version(g), this)
      const source = new Source(await Lifter.on(new Tree(openTree(tree, patches(tree, [g])).tree.files)))
      const found = await recognise(source, kernelFor(g.tree), `patched: ${r.guard}`, e.oracle, provenQuestions())
      expect(found.inPlace).to.not.deep.equal([])
      more.set(found.kernel.name, found.kernel)
      const seen = agree(found.kernel.name, g.tree, r.simulator!, 20_000)
      expect(seen.different).to.deep.equal([])
      expect(seen.compared).to.be.greaterThan(10_000)
      // the change is seen: without it the simulator does something else
      expect(agree(found.kernel.name, g.tree, () => kernelOf(g.tree), 20_000).different).to.not.deep.equal([])
    })
  }
  for (const b of beyond) {
    it(`${b.what}: not judged, and said so`, async function () {
      const tree = treeOrSkip('6.12', this)
      const g: GuardPatch = { ...b, name: b.what, tree: 'v6.12', file: 'arch/arm64/kernel/syscall.c' }
      const answer = await treeVerdicts(tree, patches(tree, [g]), ['v6.12'], claims.slice(0, 1), ['any'], e).catch((x: unknown) => x)
      if (!(answer instanceof UsageError)) throw new Error('it was judged')
      expect(answer.code).to.equal('E_NOT_MODELLED')
      expect(answer.message).to.match(b.says)
    })
  }
  it('an index without array_index_nospec() is the same function', async function () {
    const tree = treeOrSkip('6.12', this)
    const g: GuardPatch = { name: 'nospec', tree: 'v6.12', file: 'arch/arm64/kernel/syscall.c', within: /^static void invoke_syscall/, find: /array_index_nospec\(scno, sc_nr\)/, instead: 'scno', says: /./ }
    expect((await treeVerdicts(tree, patches(tree, [g]), ['v6.12'], claims.slice(0, 1), ['any'], e)).notes.at(-1)).to.match(/invoke_syscall.*other text, the same behaviour for all inputs/)
  })
  it('the flag left by a call is what both kinds mix by, once the early return clears it', async function () {
    const tree = treeOrSkip('rfc-v2', this)
    const v = await treeVerdicts(tree, patches(tree, [guard('rfc: flag cleared at the early return, too'), guard('rfc: flag cleared after the call')]), ['rfc-v2'], claims.filter((c) => c.id === 'dispatch/both-kinds-mix'), ['any'], e)
    expect(verdicts(v, 'dispatch/both-kinds-mix')).to.deep.equal(['fails', 'fails'])
  })
})

/** The model's memory of its end; and what nobody is told: the architecture of a call that returns early. */
const beside = (path: string, after: State): boolean => path.endsWith('.traced') || (path.endsWith('.audit_arch') && after.tasks[Number(/\d+/.exec(path)![0])]!.at === place.returning)

/** Random runs of the patched simulator, each step on the model, too. */
function agree(name: string, base: string, simulator: NonNullable<Row['simulator']>, events: number): { compared: number, different: string[] } {
  const c = seededChoices(7)
  const different: string[] = []
  let compared = 0
  for (let run = 0; compared < events && different.length < 3 && run < events; run++) {
    const config = randomConfig(c)
    const slow = new Set<number>()
    let s: State = randomStart(c, config, kernelOf(base))
    for (let i = 0; i < 40; i++) {
      const e = randomEvent(c, s, config, kernelOf(base))
      if (e === undefined || s.cpus.length > 1) break
      const now = 'task' in e ? s.tasks[taskIndex(e.task)]! : undefined
      if (now !== undefined && (now.TIF_SYSCALL_TRACE || now.TIF_SINGLESTEP) && e.kind === 'leave') slow.add(taskIndex((e as { task: 'A' }).task))
      const model = new Map<string, Leaf>()
      const enabled = modelStep(name, config, s, e, (path, value) => model.set(path, value))
      let after: State
      try { after = simulateWith(simulator(e, slow), config, s, e) } catch (error) {
        if (!(error instanceof NotEnabled)) throw error
        if (enabled) different.push(`${e.kind}: the model takes it, the simulator does not: ${error.reason}`)
        continue
      }
      if (!enabled) {
        if (leftOut(base, config, s, e, after) === undefined) different.push(`${e.kind}: the simulator takes it, the model does not`)
        break
      }
      compared++
      // where el0_svc_common() has two ends, `traced` behind the handler is the model's memory of which it will be
      const traced = s.tasks.map((t, i) => (model.get(`tasks[${i}].traced`) ?? t.traced) as boolean)
      for (const { path, from, to } of diff(s, after)) {
        const modelled = model.get(path) ?? from
        model.delete(path)
        if (modelled !== to && !beside(path, after)) different.push(`${JSON.stringify(e, (_k, v: unknown) => typeof v === 'bigint' ? `0x${v.toString(16)}` : v).slice(0, 200)}: ${path} is ${String(to)} in the simulator, ${String(modelled)} in the model`)
      }
      for (const [path, value] of model) if (leafAt(after, path) !== value && !beside(path, after)) different.push(`${e.kind}: ${path} is ${String(leafAt(after, path))} in the simulator, ${String(value)} in the model`)
      after = { ...after, tasks: after.tasks.map((t, i) => t.traced === traced[i] ? t : { ...t, traced: traced[i]! }) }
      if ('task' in e) {
        const i = taskIndex(e.task)
        if (e.kind === 'svc') slow.delete(i)
        if (e.kind === 'trace_enter' || e.kind === 'trace_exit' || e.kind === 'seccomp' || e.kind === 'skip') slow.add(i)
      }
      s = after
    }
  }
  return { compared, different }
}
