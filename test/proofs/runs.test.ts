/** Recorded runs: decided again, not believed; a bounded search finds the shortest one anew. */
import { expect } from 'chai'
import { allKernels, type Kernel } from '../../model/index.js'
import type { Claim } from '../../proofs/claim.js'
import { recordedCells } from '../../proofs/check.js'
import { claims } from '../../proofs/claims/index.js'
import { decide, Questions, type Decision } from '../../proofs/decide.js'
import { putOnce, type Oracle } from '../../proofs/oracle.js'
import { readInvariants, readRecorded, recordedClauses } from '../../proofs/recorded.js'
import { readRuns, runsPath, runsText, type Cell, type Shown } from '../../proofs/runs/record.js'
import { confirmRecorded } from '../../proofs/runs/confirm.js'
import { redecide } from '../../proofs/runs/redecide.js'
import { recording } from '../../proofs/runs/recording.js'
import { searchFromExec } from '../../proofs/runs/search.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import { universal } from '../../proofs/system/reach.js'
import type { Clause } from '../../proofs/well-formed.js'
import { replay } from '../../sim/index.js'
import { readFileSync } from 'node:fs'

const named = (name: string): Kernel => allKernels.find((k) => k.name === name)!
const claim = (id: string): Claim => claims.find((c) => c.id === id)!
const kept = (k: Kernel): readonly Clause[] => recordedClauses(k, readInvariants())!
const recordedVerdicts = (c: Claim): Record<string, { any?: string | undefined, contract?: string | undefined }> =>
  readRecorded(c.id)?.verdicts ?? claims.map((x) => readRecorded(x.id)?.conditions?.[c.id]).find((x) => x !== undefined) ?? {}
const all = claims.flatMap((c) => [c, ...c.conditions ?? []])

describe('recorded runs', function () {
  this.timeout(600_000)
  const pool = new SolverPool()
  const oracle: Oracle = putOnce(pool)
  after(() => pool.close())
  const silent: Oracle = { ask: () => { throw new Error('a solver is asked') }, minimise: () => { throw new Error('a solver is asked') } }
  const cells = recordedCells()
  const always = claim('sigreturn/always-sigsegv')
  const rfc = named('rfc-v2')

  it('files are as they would be written again', () => {
    for (const c of all) if (Object.keys(readRuns(c.id).cells).length > 0) expect(readFileSync(runsPath(c.id), 'utf8')).to.equal(runsText(readRuns(c.id)))
  })

  it('every verdict that one run shows has one from exec, on every kernel', () => {
    const without: string[] = []
    for (const c of all.filter((x) => x.conditions === undefined)) for (const [kernel, verdicts] of Object.entries(recordedVerdicts(c))) {
      for (const [u, v] of Object.entries(verdicts)) if (v === (c.quantifier === 'forall' ? 'fails' : 'holds') && readRuns(c.id).cells[kernel]?.[u as 'any']?.run === undefined) without.push(`${c.id} ${kernel} ${u}`)
    }
    expect(without).to.deep.equal([])
  })

  it('each is decided again by evaluation alone, from exec, and reproduces on the simulator', () => {
    let decided = 0
    for (const c of all.filter((x) => x.conditions === undefined)) {
      const shapes = c.shapes.flatMap((s) => [s, ...[s.fromExec?.() ?? []].flat()])
      for (const k of allKernels) for (const u of ['any', 'contract'] as const) {
        const { run } = cells(c, k, u) ?? {}
        if (run === undefined) continue
        const traces = shapes.filter((s) => s.name === run.shape).map((s) => redecide(c, s, k, u, run.goal, run)).find((t) => t !== undefined)
        expect(traces, `${c.id} on ${k.name} (${u})`).to.not.equal(undefined)
        decided++
        for (const t of traces!) {
          expect(t.start).to.equal('exec')
          if (!t.kernel.includes('+')) expect(replay(t), `${c.id} on ${k.name} (${u})`).to.deep.equal({ ok: true })
        }
      }
    }
    expect(decided).to.be.greaterThan(100)
  })

  it('a verdict that a run shows asks no solver', async () => {
    const d = await decide(always, rfc, 'any', silent, new Questions(kept), { kept, recorded: cells })
    expect([d.verdict, d.traces.length, d.asked.map((a) => a.recorded)]).to.deep.equal(['fails', 1, [true]])
  })

  it('the solver confirms it, and refuses one with another number', async () => {
    const questions = new Questions(kept)
    const d = await decide(always, rfc, 'any', silent, questions, { kept, recorded: cells })
    expect(await confirmRecorded(d, oracle, questions, {})).to.equal('confirmed')
    const [t] = d.traces
    const native = t!.events.map((e) => e.kind === 'svc' ? { ...e, imm: 0n } : e)
    expect(await confirmRecorded({ ...d, traces: [{ ...t!, events: native }] }, oracle, questions, {})).to.equal('refused')
    const refuted = await decide(claim('tls/writes-guarded'), rfc, 'any', oracle, questions, { kept })
    expect(await confirmRecorded(refuted, silent, questions, {}), 'nothing was evaluated').to.equal(undefined)
  })

  describe('is not believed', () => {
    const cell = (): Cell => cells(always, rfc, 'any')!
    const shape = always.shapes.find((s) => s.name === cell().run!.shape)!
    const again = (change: (s: Shown) => Shown, kernel = rfc, userspace: 'any' | 'contract' = 'any'): unknown => redecide(always, shape, kernel, userspace, 'not property', change(cell().run!))
    const event = (s: Shown, i: number, e: object): Shown => ({ ...s, runs: [{ ...s.runs[0]!, events: s.runs[0]!.events.map((x, n) => n === i ? { ...x, ...e } as typeof x : x) }] })

    it('as it is, it shows the goal', () => expect(again((s) => s)).to.have.length(1))
    it('on a kernel that sends SIGSEGV', () => expect(again((s) => ({ ...s, runs: [{ ...s.runs[0]!, kernel: 'v4-series' }] }), named('v4-series'))).to.equal(undefined))
    it('on another kernel than it is of', () => expect(again((s) => s, named('v4-series'))).to.equal(undefined))
    it('where the emulator keeps the contract', () => expect(again((s) => s, rfc, 'contract')).to.equal(undefined))
    it('with an event that is not possible', () => expect(again((s) => ({ ...s, runs: [{ ...s.runs[0]!, events: s.runs[0]!.events.slice(1) }] }))).to.equal(undefined))
    it('with another immediate: a native call', () => expect(again((s) => event(s, s.runs[0]!.events.findIndex((e) => e.kind === 'svc'), { imm: 0n }))).to.equal(undefined))
    it('with other tasks', () => expect(again((s) => ({ ...s, runs: [{ ...s.runs[0]!, tasks: [32] }] }))).to.equal(undefined))
    it('for another goal', () => expect(again((s) => ({ ...s, goal: 'property' }))).to.equal(undefined))
    it('and the verdict is found anew', async () => {
      const broken: Cell = { run: event(cell().run!, 0, { set: {} }) }
      const d = await decide(always, rfc, 'any', oracle, new Questions(kept), { kept, recorded: () => broken })
      expect([d.verdict, d.asked.some((a) => a.recorded === true)]).to.deep.equal(['fails', false])
    })
  })

  describe('what a verdict about all runs needs', () => {
    const guarded = claim('tls/writes-guarded')
    const decided = (recorded?: Cell): Promise<Decision> => decide(guarded, rfc, 'any', oracle, new Questions(kept), { kept, ...recorded === undefined ? {} : { recorded: () => recorded } })
    it('no clause of it can be left out, and with it alone everything is refuted', async () => {
      const cell = (await recording(await decided(), oracle, new Questions(kept)))!
      const few = await decided(cell)
      expect([few.verdict, universal(few), few.rests]).to.deep.equal(['holds', true, cell.rests])
      for (const name of cell.rests!) {
        const fewer = await decided({ ...cell, rests: cell.rests!.filter((r) => r !== name) })
        expect([fewer.verdict, fewer.rests.length > cell.rests!.length], name).to.deep.equal(['holds', true])
      }
    })
    it('too little is seen, and all clauses are assumed then', async () => {
      const d = await decided({ rests: ['unblockable'] })
      expect(d.verdict).to.equal('holds')
    })
  })

  describe('search', () => {
    const limits = { depth: 5, budgetMs: 120_000, timeoutMs: 60_000 }
    it('finds the shortest run from exec', async () => {
      const s = await searchFromExec(always, always.shapes, rfc, 'any', 'not property', oracle, limits)
      expect([s.depth, s.found!.traces.map((t) => [t.start, t.events.length])]).to.deep.equal([3, [['exec', 4]]])
      expect(replay(s.found!.traces[0]!)).to.deep.equal({ ok: true })
    })
    it('says how far it looked where there is none', async () => {
      const s = await searchFromExec(always, always.shapes, named('v4-series'), 'any', 'not property', oracle, { ...limits, depth: 4 })
      expect([s.depth, s.found]).to.deep.equal([4, undefined])
    })
    it('says how far it came where the time is up', async () => {
      const s = await searchFromExec(always, always.shapes, named('v4-series'), 'any', 'not property', oracle, { depth: 12, budgetMs: 300, timeoutMs: 60_000 })
      expect(s.depth).to.be.lessThan(12)
    })
  })
})
