/** What breaks the clauses: the recorded witnesses, each step taken again by the model. No solver is asked. */
import { expect } from 'chai'
import { allKernels, symConfig, symState } from '../../model/index.js'
import { lacksAfter } from '../../proofs/breaking/from-exec.js'
import { breakingText, readBreaking, type Breaking } from '../../proofs/breaking/record.js'
import { redecided, stateBefore } from '../../proofs/breaking/redecided.js'
import { readInvariants } from '../../proofs/recorded.js'
import { everyEvent } from '../../proofs/system/events.js'
import { clauses } from '../../proofs/well-formed.js'

describe('what breaks a clause', () => {
  const all = readBreaking()
  for (const k of allKernels) {
    const recorded = all[k.name] ?? []
    it(`${k.name}: every clause that it does not keep has its witness, and no other has`, () =>
      expect(recorded.map((w) => w.clause).sort()).to.deep.equal(readInvariants()[k.name]!.broken.map((b) => b.clause).sort()))
    for (const w of recorded) {
      it(`${k.name}: ${w.clause} holds before ${w.by}, and not after it`, function () {
        this.timeout(60_000)
        const shown = redecided(k, w)
        expect(shown !== undefined, 'the witness shows it').to.equal(true)
        const clause = clauses.find((c) => c.name === w.clause)!
        const config = symConfig(shown!.config)
        expect(clause.holds(k, config, symState(shown!.after)).op).to.equal('false')
        if (w.by === 'exec') return
        expect(everyEvent.map((e) => e.name)).to.include(w.by)
        const { state } = stateBefore(k, w)
        const lacks = clauses.filter((c) => c.holds(k, config, symState(state)).op !== 'true').map((c) => c.name)
        expect(lacks.sort(), 'the clauses that the state lacks').to.deep.equal([...w.without].sort())
        for (const name of w.without) expect(readInvariants()[k.name]!.kept).to.not.include(name)
      })
      const from = w.from
      if (from !== undefined) {
        it(`${k.name}: after event ${from.events} of a run of ${from.claim}, ${w.clause} does not hold`, function () {
          this.timeout(60_000)
          expect(lacksAfter(k, w.clause, from)).to.equal(true)
        })
      }
    }
  }
  it('a witness whose event is another, or whose state has what it should lack, is not believed', () => {
    const k = allKernels.find((x) => x.name === 'v5.11')!
    const w = all['v5.11']!.find((x) => x.clause === 'tpidrro-zero')!
    // truths only: a state is too large to be told in a message
    const believed = (x: Breaking): boolean => redecided(k, x) !== undefined
    expect(believed(w)).to.equal(true)
    expect(believed({ ...w, event: { kind: 'eret', task: 'A' } })).to.equal(false)
    expect(believed({ ...w, state: {} })).to.equal(false)
    expect(believed({ ...w, clause: 'no-call-flag' })).to.equal(false)
  })
  it('the record reads back as it was written', () => expect(JSON.parse(breakingText(all))).to.have.all.keys(Object.keys(all)))
})
