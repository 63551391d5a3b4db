import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { allKernels } from '../../model/kernels/index.js'
import { claims } from '../../proofs/claims/index.js'
import { THREAD } from '../../proofs/claims/thread.js'
import { readBreaking } from '../../proofs/breaking/record.js'
import { readInvariants } from '../../proofs/recorded.js'
import { clauses } from '../../proofs/well-formed.js'
import { claimFile } from '../../report/claim-page.js'
import { invariantsPage } from '../../report/invariants-page.js'
import { between, markdownTable } from '../../report/markdown.js'
import { ranges } from '../../report/told-run.js'
import { wrap } from '../../report/wrap.js'

describe('report: pages', () => {
  it('docs/invariants.md is up to date (npm run -s cli -- docs writes it)', () => expect(readFileSync('docs/invariants.md', 'utf8')).to.equal(invariantsPage(allKernels, readInvariants(), readBreaking())))
  it('it has every clause and every recorded kernel', () => {
    const page = invariantsPage(allKernels, readInvariants(), readBreaking())
    for (const c of clauses) expect(page).to.contain(`| \`${c.name}\` | ${c.words} |`)
    for (const k of Object.keys(readInvariants())) expect(page).to.contain(k)
  })
  it('every claim and condition has a page that bears its sentence', () => {
    for (const c of claims.flatMap((x) => [x, ...x.conditions ?? []])) expect(readFileSync(`docs/claims/${claimFile(c.id)}`, 'utf8')).to.contain(`# ${c.id}\n\n> ${c.sentence}\n`)
  })
  it('README.md has the markers of the matrix, with a row a claim of the thread', () => {
    const readme = readFileSync('README.md', 'utf8')
    expect(between(readme, 'matrix', '')).to.be.a('string')
    for (const c of claims.filter((x) => x.source === THREAD)) expect(readme).to.contain(`| [\`${c.id}\`](docs/claims/${claimFile(c.id)}) | ${c.whose} | `)
  })
  it('links of the hand-written pages lead somewhere', () => {
    for (const page of ['README.md', 'docs/verdicts.md', 'docs/rooms.md', 'docs/contract.md', 'docs/broken-behaviour.md', 'docs/matrix.md', 'docs/objections.md', 'docs/kernels.md']) {
      for (const [, to] of readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
        expect(() => readFileSync(new URL(to!, new URL(page, `file://${process.cwd()}/`))), `${page}: ${to}`).to.not.throw(/ENOENT/)
      }
    }
  })
})

describe('report: text', () => {
  it('lines are wrapped at words, indented like their lead', () => {
    expect(wrap('one two three', 9, '- ')).to.deep.equal(['- one two', '  three'])
    expect(wrap('averylongword x', 6, '')).to.deep.equal(['averylongword', 'x'])
  })
  it('names that count on', () => {
    expect(ranges(['x0', 'x1', 'x2', 'x5'])).to.deep.equal(['x0..2', 'x5'])
    expect(ranges(['w[3]', 'w[4]', 'w[5]', 'pc'])).to.deep.equal(['w[3..5]', 'pc'])
    expect(ranges(['x0', 'x1'])).to.deep.equal(['x0', 'x1'])
    expect(ranges([])).to.deep.equal([])
  })
  it('text between markers is replaced, and only there', () => {
    expect(between('a\n<!-- m -->\nold\n<!-- /m -->\nb\n', 'm', 'new\n')).to.equal('a\n<!-- m -->\nnew\n<!-- /m -->\nb\n')
    expect(between('a', 'm', 'new')).to.equal(undefined)
  })
  it('a table in Markdown', () => expect(markdownTable([['a', 'b'], ['1', '2']])).to.deep.equal(['| a | b |', '| --- | --- |', '| 1 | 2 |']))
})
