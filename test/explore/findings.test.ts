/** What is recorded of the last complete search: every trace is there and reproduces, every finding is judged, the page says what the record says. */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { findingFiles, findingsDocument } from '../../cli/docs-findings.js'
import { membersOf, principles, readFound, readJudged, speaksOf } from '../../explore/index.js'
import { runInWords } from '../../report/findings-page.js'
import { replay } from '../../sim/index.js'
import { parseItf } from '../../trace/itf.js'

const found = readFound()

describe('explore: what was found', () => {
  it('is complete', () => {
    expect(found.unknown).to.deep.equal([])
    expect(found.kernels).to.include.members(['rfc-v2', 'v4-series', 'tango32-module', 'v6.12', 'v7.3'])
    expect(found.findings.map((f) => f.principle).filter((p) => !principles.some((q) => q.name === p))).to.deep.equal([])
  })
  it('has its traces, no others, and its page', () => {
    expect(findingFiles()).to.deep.equal({ missing: [], left: [] })
    const { path, text } = findingsDocument()
    expect(readFileSync(path, 'utf8')).to.equal(text)
  })
  for (const f of found.findings) {
    it(`${f.id} reproduces as it is told`, () => {
      const traces = f.witness.files.map((file) => parseItf(readFileSync(`docs/findings/${file}`, 'utf8'), file))
      for (const t of traces) expect(replay(t), t.kernel).to.deep.equal({ ok: true })
      expect(runInWords(traces[0]!)).to.deep.equal(f.witness.run)
    })
  }
  it('is judged: the next run has nothing new to tell', () => {
    const judged = readJudged()
    const open = found.findings.flatMap(membersOf).filter((m) => !judged.some((j) => speaksOf(j, m)))
    expect(open).to.deep.equal([])
  })
  it('is told again where its judgement is not there', () => {
    const judged = readJudged()
    // every judgement speaks of something that was found, on these kernels or on another one
    const members = found.findings.flatMap(membersOf)
    for (const j of judged.filter((x) => x.kernels === undefined || x.kernels.some((k) => found.kernels.includes(k)))) {
      const others = judged.filter((x) => x !== j)
      const only = members.filter((m) => speaksOf(j, m) && !others.some((x) => speaksOf(x, m)))
      expect(only.length, `${j.principle}: ${j.note}`).to.be.greaterThan(0)
    }
  })
})
