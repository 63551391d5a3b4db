/** Faults put into the model are told as new, and nothing else is: the quick ones of `npm run explore:faults`, which tries all. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'

const quick = ['df84fe947089', 'task_user_tls asks', 'does not clear the flag', '128 into r7']

describe('explore: faults put into the model', function () {
  this.timeout(600_000)
  for (const name of quick) {
    it(name, () => {
      const run = spawnSync(process.execPath, ['scripts/explore-faults.mjs', '--only', name], { encoding: 'utf8' })
      expect(run.stdout + run.stderr).to.match(/^found /m).and.to.match(/^1 of 1 found$/m)
      expect(run.status).to.equal(0)
    })
  }
})
