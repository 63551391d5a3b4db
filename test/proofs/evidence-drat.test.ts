import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkDrat } from '../../proofs/evidence/drat.js'
import { onPath } from '../../proofs/solvers/index.js'

/** Five pigeons, four holes: variable 4p + h + 1 says pigeon p sits in hole h. */
const holes = 4
const pigeons = (n: number): number[][] => {
  const at = (p: number, h: number): number => holes * p + h + 1
  const some = Array.from({ length: n }, (_, p) => Array.from({ length: holes }, (_, h) => at(p, h)))
  const apart = Array.from({ length: holes }, (_, h) => Array.from({ length: n }, (_, p) => Array.from({ length: p }, (_, q) => [-at(p, h), -at(q, h)]))).flat(2)
  return [...some, ...apart]
}
/** All four clauses over two variables. */
const square = [[1, 2], [1, -2], [-1, 2], [-1, -2]]
const refusedAt = (clauses: number[][], proof: string): string => {
  const c = checkDrat(20, clauses, proof)
  return c.kind === 'refused' ? c.reason : 'accepted'
}

describe('proof checker', () => {
  it('accepts a proof by hand', () => { expect(checkDrat(2, square, '1 0\n0\n')).to.deep.equal({ kind: 'accepted', lemmas: 1 }) })
  it('needs no proof where propagation refutes', () => { expect(checkDrat(2, [[1], [-1, 2], [-2]], '')).to.deep.equal({ kind: 'accepted', lemmas: 0 }) })
  it('accepts a lemma that only its first literal justifies', () => {
    // 3 is new: 3 or 1 cannot be propagated, but no clause has -3
    expect(checkDrat(3, square, '3 1 0\n1 0\n0\n')).to.deep.equal({ kind: 'accepted', lemmas: 2 })
  })
  it('refuses such a lemma where the first literal does not justify it', () => { expect(refusedAt([...square.slice(0, 3), [-3, -1], [-3, 2, 1]], '3 -2 0\n0\n')).to.equal('line 1 does not follow') })
  it('refuses the contradiction itself where nothing leads there', () => { expect(refusedAt(square, '0\n')).to.equal('line 1 does not follow') })
  it('refuses a proof of what is satisfiable', () => { expect(refusedAt(square.slice(0, 3), '1 0\n0\n')).to.equal('line 2 does not follow') })
  it('refuses a proof that stops', () => { expect(refusedAt(pigeons(5), '')).to.equal('the proof ends without a contradiction') })
  it('refuses to use what was deleted', () => { expect(refusedAt(square, 'd 1 2 0\n1 0\n2 0\n0\n')).to.not.equal('accepted') })
  it('refuses what is no proof', () => {
    for (const text of ['1 x 0\n', '1\n', '99 0\n', '1 0 2 0\n', 'o garbage']) expect(refusedAt(square, text)).to.equal('line 1 is not a step of a proof')
  })
  it('does not let a deleted unit vanish', () => { expect(checkDrat(2, square, '1 0\nd 1 0\n0\n').kind).to.equal('accepted') })

  describe('on a proof of cadical', () => {
    let proof: string[]
    before(function () {
      if (onPath('cadical') === undefined) this.skip()
      const directory = mkdtempSync(join(tmpdir(), 'arm64-compat-test-'))
      const clauses = pigeons(5)
      writeFileSync(join(directory, 'f.cnf'), `p cnf 20 ${clauses.length}\n${clauses.map((c) => `${c.join(' ')} 0\n`).join('')}`)
      spawnSync('cadical', ['-q', '--no-binary', join(directory, 'f.cnf'), join(directory, 'f.drat')])
      proof = readFileSync(join(directory, 'f.drat'), 'utf8').trim().split('\n')
      rmSync(directory, { recursive: true })
    })
    it('accepts it', () => { expect(checkDrat(20, pigeons(5), proof.join('\n')).kind).to.equal('accepted') })
    it('refuses it for four pigeons, who have room', () => { expect(refusedAt(pigeons(4), proof.join('\n'))).to.not.equal('accepted') })
    it('refuses it without its first half', () => {
      const lemmas = proof.filter((l) => !l.startsWith('d'))
      expect(refusedAt(pigeons(5), lemmas.slice(lemmas.length >> 1).join('\n'))).to.not.equal('accepted')
    })
    it('never accepts it with a literal turned unless what is left still proves it', () => {
      // the formula is unsatisfiable, so a changed proof can be a proof: with a clause taken from the formula it must never be
      const open = pigeons(5).slice(1)
      let refused = 0
      proof.forEach((line, i) => {
        if (line.startsWith('d')) return
        const turned = [...proof.slice(0, i), line.replace(/^-?\d+/, (l) => l === '0' ? '1' : String(-Number(l))), ...proof.slice(i + 1)]
        expect(checkDrat(20, open, turned.join('\n')).kind).to.equal('refused')
        if (checkDrat(20, pigeons(5), turned.join('\n')).kind === 'refused') refused++
      })
      expect(refused).to.be.greaterThan(0)
    })
  })
})
