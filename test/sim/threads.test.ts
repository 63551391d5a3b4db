/**
 * CLONE_VM: a task's memory is its own in a state, and `user` may set it to anything while the task is at EL0. What another thread writes while
 * the task is in the kernel adds nothing as long as the event could have had the same outcome with memory that stood still. Shown here of every
 * event that reads memory; the kernel's side (which function fetches what, and once) is in docs/simulator.md.
 */
import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesOf, UserMemory, valueOf } from '../../sim/memory.js'
import * as frame32 from '../../sim/frame32-layout.js'
import { kernelOf, simulatedKernels } from '../../sim/index.js'
import { pick, randomConfig, randomEvent, randomStart, value } from '../../sim/random.js'
import { seededChoices, type Choices } from '../../sim/choices.js'
import { parseScenario } from '../../sim/scenario-parse.js'
import { configsOf, expectedOn, runScenario } from '../../sim/scenario-run.js'
import { defaultConfig, initialState, place, table, type State } from '../../trace/state.js'
import { taskIndex } from '../../trace/trace.js'
import type { Event } from '../../trace/events.js'
import { directedCase, type Case } from '../model/directed.js'
import { fetching, nobody, outcome, same, settled, simulator, twice, type Fetch, type Simulate, type Thread } from './other-threads.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 0x7fffffff)
type Reading = Exclude<Event, { kind: 'switch' }>

const FPSIMD = 0x46508001n, FPSIMD_SIZE = 528n, SETREGSET = 0x4205n
const isNativeSigreturn = (s: State, e: Event): boolean => e.kind === 'handler' && e.call === 'rt_sigreturn' && s.tasks[taskIndex(e.task)]!.table === table.native
const isSetregset = (s: State, e: Event): boolean => e.kind === 'handler' && e.call === 'ptrace' && BigInt.asUintN(32, s.tasks[taskIndex(e.task)]!.regs[0]!) === SETREGSET

/** Memory that stands still and could explain what was seen: the last value of each byte; where an image lies over its own iovec, the image elsewhere. */
function explanations(s: State, e: Reading, fetches: readonly Fetch[]): State[] {
  const last = settled(s, e, fetches), again = twice(fetches)
  if (again.length === 0) return [last]
  if (isNativeSigreturn(s, e)) {
    // what followed a record of another size may stand behind one of the right size
    return [last, settled(last, e, [{ stretch: 'frame', addr: again[0]!.addr + FPSIMD_SIZE, bytes: new Uint8Array(8) }])]
  }
  if (isSetregset(s, e)) return [imageElsewhere(s, e, fetches)]
  return [last]
}

/** The iovec as it was fetched, at the start of a stretch, and the image that was fetched behind it, up to where it faulted. */
function imageElsewhere(s: State, e: Reading, fetches: readonly Fetch[]): State {
  const [base, length, ...image] = fetches as [Fetch, Fetch, ...Fetch[]], word = base.bytes.length
  const bytes = image.flatMap((f) => [...f.bytes]), wanted = Number(valueOf(length.bytes))
  const tasks = s.tasks.slice(), i = taskIndex(e.task), t = { ...tasks[i]! }
  const hi = t.buf.words.length * 4, faulted = bytes.length < wanted && bytes.length < 72
  const at = base.addr + BigInt(faulted ? hi - bytes.length : 2 * word)
  t.buf = { base: base.addr, lo: 0n, hi: BigInt(hi), words: t.buf.words.map(() => 0n) }
  tasks[i] = t
  return settled({ cpus: s.cpus, tasks }, e, [{ ...base, bytes: bytesOf(at, word) }, length, { ...base, addr: at, bytes: Uint8Array.from(bytes) }])
}

/** Whether memory that stands still explains the event's outcome while `thread` writes. */
function explained({ kernel, config, state, event }: Case, thread: Thread, simulate: Simulate = simulator): boolean {
  const { result, fetches } = fetching(thread, () => outcome(simulate, kernel, config, state, event))
  return explanations(state, event as Reading, fetches).some((s) => same(outcome(simulate, kernel, config, s, event), result))
}

/** A thread that writes now and then, most likely what decides something; `late`: only between two fetches of the same bytes. */
const writing = (c: Choices, late: boolean): Thread => (f, before) => {
  const again = twice([...before, f]).length > 0
  if (late ? !again : c.next(12) !== 0) return f.bytes
  if (f.bytes.length <= 8) return bytesOf(pick(c, [value(c, 8 * f.bytes.length), FPSIMD, FPSIMD_SIZE, 544n, 0n, 0x10n, 0x13n, 5n, valueOf(f.bytes) ^ (1n << BigInt(c.next(8 * f.bytes.length)))]), f.bytes.length)
  return f.bytes.map((b) => c.next(16) === 0 ? c.next(256) : b)
}

/** Events that read memory: each in the state it was in. */
function* directed(c: Choices, each: number): Generator<Case> {
  for (const kernel of simulatedKernels) for (const what of ['sigreturn', 'rt_sigreturn', 'native rt_sigreturn', 'ptrace', 'native ptrace'] as const) for (let i = 0; i < each; i++) {
    const given = directedCase(c, kernel, what), t = given.state.tasks[0]!
    // an image over its own iovec
    if (isSetregset(given.state, given.event) && c.next(3) === 0) {
      t.regs[3] = t.buf.base + BigInt(4 * c.next(16))
      const native = t.table === table.native, at = t.regs[3] - BigInt(4 * c.next(8)) + 4n, o = Number((t.regs[3] - t.buf.base) / 4n)
      t.buf.words.splice(o, native ? 4 : 2, ...native ? [at & 0xffffffffn, at >> 32n, 272n, 0n] : [at & 0xffffffffn, 72n])
      Object.assign(t.buf, { lo: 0n, hi: c.next(4) === 0 ? BigInt(4 * (o + 4 + c.next(16))) : 320n })
    }
    yield given
  }
}
function* random(c: Choices, runs: number): Generator<Case> {
  for (let run = 0; run < runs; run++) {
    const kernel = simulatedKernels[run % simulatedKernels.length]!, k = kernelOf(kernel), config = randomConfig(c)
    let state = randomStart(c, config, k)
    for (let i = 0; i < 60; i++) {
      const event = randomEvent(c, state, config, k)
      if (event === undefined) break
      yield { kernel, config, state, event }
      const next = outcome(simulator, kernel, config, state, event)
      if (typeof next !== 'string') state = next
    }
  }
}
function* scenarios(): Generator<Case> {
  for (const file of readdirSync('scenarios', { recursive: true }).map(String).filter((f) => f.endsWith('.yaml'))) {
    const s = parseScenario(readFileSync(join('scenarios', file), 'utf8'), file)
    for (const kernel of simulatedKernels.filter((k) => expectedOn(s, k).runs)) for (const config of configsOf(s)) {
      const r = runScenario(s, kernel, config, 0)
      for (const [i, event] of r.events.entries()) yield { kernel, config, state: r.states[i]!, event }
    }
  }
}

const sources: readonly [string, () => Generator<Case>][] = [
  ['cases built for it', () => directed(seededChoices(seed), 16)], ['random runs', () => random(seededChoices(seed), 500)], ['all scenarios', scenarios]]

describe(`another thread writes while the kernel reads (SEED=${seed})`, function () {
  this.timeout(3_600_000)
  for (const [name, cases] of sources) {
    it(`${name}: only handlers fetch; no byte twice but the head of the FPSIMD record, and an iovec that is part of its own image`, () => {
      let events = 0, fetched = 0
      for (const { kernel, config, state, event } of cases()) {
        const { fetches } = fetching(nobody, () => outcome(simulator, kernel, config, state, event))
        events++
        if (fetches.length === 0) continue
        fetched++
        const what = `${kernel} ${JSON.stringify(event, (_, v: unknown) => typeof v === 'bigint' ? `0x${v.toString(16)}` : v).slice(0, 90)}`
        expect(event.kind, what).to.equal('handler')
        const again = twice(fetches)
        if (again.length === 0) continue
        if (isNativeSigreturn(state, event)) expect([again.length, valueOf(fetches.find((f) => f.addr === again[0]!.addr)!.bytes)], what).to.deep.equal([8, FPSIMD])
        else {
          expect(isSetregset(state, event), what).to.equal(true)
          const [iovec] = fetches as [Fetch]
          for (const { addr } of again) expect(addr >= iovec.addr && addr < iovec.addr + BigInt(2 * iovec.bytes.length), what).to.equal(true)
        }
      }
      expect([events > 1000, fetched > 60], `${fetched} of ${events}`).to.deep.equal([true, true])
    })
    it(`${name}: whatever it writes and when, memory that stands still explains the outcome`, () => {
      const c = seededChoices(seed ^ 1)
      let changed = 0
      for (const given of cases()) {
        const { result, fetches } = fetching(nobody, () => outcome(simulator, given.kernel, given.config, given.state, given.event))
        if (fetches.length === 0) continue
        for (const late of [false, true]) {
          if (late && twice(fetches).length === 0) continue
          const from = c.next(1 << 30), thread = (): Thread => writing(seededChoices(from), late)
          expect(explained(given, thread()), `${given.kernel} ${given.event.kind}, thread ${from}`).to.equal(true)
          if (!same(fetching(thread(), () => outcome(simulator, given.kernel, given.config, given.state, given.event)).result, result)) changed++
        }
      }
      // it does change what happens
      expect(changed).to.be.greaterThan(5)
    })
  }
})

describe('what the check notices', () => {
  const changing = (at: bigint, ...values: bigint[]): Thread => {
    let n = 0
    return (f) => f.addr === at && n < values.length ? bytesOf(values[n++]!, f.bytes.length) : f.bytes
  }
  const call = { kind: 'handler', task: 'A', call: 'rt_sigreturn', si_code: 1n, residue: Array.from({ length: 32 }, () => 0n) } as const
  const base = 0x30000n

  it('a second fetch added on purpose: PSTATE is checked, and taken from memory once more', () => {
    const state = initialState([32], defaultConfig), t = state.tasks[0]!, sf = base + frame32.SIGINFO_SIZE
    Object.assign(t, { at: place.entered, table: table.compat, syscallno: 173n, frame: { base, lo: 0n, hi: 1152n, words: t.frame.words } })
    t.regs[13] = base
    const put = (offset: bigint, v: bigint): void => { t.frame.words[Number(frame32.SIGINFO_SIZE + offset) / 4] = v }
    put(frame32.ARM_CPSR, 0x10n)
    put(frame32.UC_REGSPACE, frame32.VFP_MAGIC)
    put(frame32.UC_REGSPACE + 4n, frame32.VFP_SIZE)
    const careless: Simulate = (kernel, config, s, e) => {
      const after = simulator(kernel, config, s, e), a = { ...after.tasks[0]! }
      if (a.signo === 0n) a.pstate = new UserMemory(a.frame, false).load(sf + frame32.ARM_CPSR, 4) ?? 0n
      return { cpus: after.cpus, tasks: [a] }
    }
    const given = { kernel: 'v5.11', config: defaultConfig, state, event: call }, thread = (): Thread => changing(sf + frame32.ARM_CPSR, 0x10n, 0x13n)
    expect(same(outcome(careless, 'v5.11', defaultConfig, state, call), outcome(simulator, 'v5.11', defaultConfig, state, call))).to.equal(true)
    expect([explained(given, thread(), careless), explained(given, thread())]).to.deep.equal([false, true])
    expect(twice(fetching(nobody, () => careless('v5.11', defaultConfig, state, call)).fetches).map((b) => b.addr)).to.deep.equal([0n, 1n, 2n, 3n].map((i) => sf + frame32.ARM_CPSR + i))
  })

  it('the size of the FPSIMD record, read by parse_user_sigframe and again by restore_fpsimd_context: what both take, memory at rest can have', () => {
    const frame = (size: bigint, behind: bigint): State => {
      const s = initialState([64], defaultConfig), t = s.tasks[0]!
      Object.assign(t, { at: place.entered, table: table.native, syscallno: 139n, sp: base, frame: { base, lo: 0n, hi: 1152n, words: t.frame.words } })
      Object.assign(t.frame.words, { 148: FPSIMD, 149: size, 152: 77n, 280: behind })
      return s
    }
    const now = (s: State, thread: Thread): unknown => {
      const r = fetching(thread, () => outcome(simulator, 'v5.11', defaultConfig, s, call)).result
      return typeof r === 'string' ? r : [r.tasks[0]!.signo, r.tasks[0]!.vregs[0]]
    }
    expect([now(frame(528n, 0n), nobody), now(frame(544n, 0n), nobody), now(frame(528n, 5n), nobody)]).to.deep.equal([[0n, 77n], [11n, 0n], [11n, 0n]])
    // 544 first, whatever stands behind 528: the frame is taken, as one with a terminator there would have been
    for (const behind of [0n, 5n]) {
      const state = frame(528n, behind), thread = (): Thread => changing(base + 596n, 544n, 528n)
      expect(now(state, thread())).to.deep.equal([0n, 77n])
      expect(explained({ kernel: 'v5.11', config: defaultConfig, state, event: call }, thread())).to.equal(true)
    }
    expect(now(frame(528n, 0n), changing(base + 596n, 528n, 544n))).to.deep.equal([11n, 0n])
  })
})
