/** A sample of `npm run mutate:model`: a fixed seed, every mutant noticed or explained. docs/mutation-model.md. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'

const SAMPLE = Number(process.env['MUTANTS'] ?? 8)

describe('broken models are noticed', () => {
  it(`${SAMPLE} mutants, seed 2`, () => {
    const run = spawnSync(process.execPath, ['scripts/mutate-model.mjs', '--seed', '2', '--max', String(SAMPLE), '--nice', '0'], { encoding: 'utf8', timeout: 600_000 })
    expect(run.stdout.split('\n').filter((l) => l.startsWith('SURVIVED')), run.stderr).to.deep.equal([])
    expect(run.stdout).to.match(new RegExp(`^${SAMPLE} mutants: \\d+ noticed`, 'm'))
    expect(run.status, run.stderr).to.equal(0)
  }).timeout(600_000)
})
