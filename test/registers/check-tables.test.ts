import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

type F = [name: string, hi: number, lo: number]
/** Runs the check of the build on a directory with one table. */
function check(fields: F[], complete = true, groups: Record<string, string[]> = {}): { status: number | null, stderr: string } {
  const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-tables-'))
  try {
    const table = JSON.stringify({ id: 't', title: 't', bits: 32, fields: fields.map(([name, hi, lo]) => ({ name, hi, lo, meaning: '' })), groups })
    writeFileSync(join(dir, 'package.json'), '{"type": "module"}')
    writeFileSync(join(dir, 't.table.js'), `export const t = ${table}\n${complete ? 'export const tComplete = true\n' : ''}`)
    const { status, stderr } = spawnSync(process.execPath, ['scripts/check-tables.mjs', dir], { encoding: 'utf8' })
    return { status, stderr }
  } finally { rmSync(dir, { recursive: true }) }
}

describe('registers: the check of the build', () => {
  it('accepts a whole table', () => expect(check([['a', 31, 16], ['b', 15, 0]], true, { g: ['a', 'b'] })).to.deep.equal({ status: 0, stderr: '' }))
  const wrong: [string, ReturnType<typeof check>, RegExp][] = [
    ['a gap', check([['a', 31, 16], ['b', 14, 0]]), /b is 14:0, expected it to begin at bit 15/],
    ['an overlap', check([['a', 31, 16], ['b', 16, 0]]), /b is 16:0, expected it to begin at bit 15/],
    ['missing low bits', check([['a', 31, 2]]), /no field for bits 1:0/],
    ['a field upside down', check([['a', 31, 1], ['b', 0, 1]]), /b is 0:1/],
    ['a name twice', check([['a', 31, 16], ['a', 15, 0]]), /a twice/],
    ['a group of nothing', check([['a', 31, 0]], true, { g: ['b'] }), /group g names b, which is no field/],
    ['a table without its type check', check([['a', 31, 0]], false), /no tComplete/],
  ]
  for (const [name, { status, stderr }, message] of wrong) {
    it(`refuses ${name}`, () => {
      expect(status).to.equal(1)
      expect(stderr).to.match(message)
    })
  }
})
