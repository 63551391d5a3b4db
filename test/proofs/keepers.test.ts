/** Each invariant is needed: the kernel without the guard that docs/invariants.md names as its keeper breaks it, at an event that the solver shows. */
import { expect } from 'chai'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { allKernels } from '../../model/index.js'
import { putOnce } from '../../proofs/oracle.js'
import { readInvariants } from '../../proofs/recorded.js'
import { packageRoot } from '../../proofs/root.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import type * as Induction from '../../proofs/system/induction.js'
import { clauses } from '../../proofs/well-formed.js'
import type * as WellFormed from '../../proofs/well-formed.js'
import type * as Model from '../../model/index.js'
import { guards, type Guard } from './keepers.js'

describe('keepers of the invariants', function () {
  this.timeout(600_000)
  const pool = new SolverPool()
  const oracle = putOnce(pool)
  const recorded = readInvariants()
  const work = mkdtempSync(join(tmpdir(), 'keepers-'))
  symlinkSync(join(packageRoot, 'node_modules'), join(work, 'node_modules'))
  writeFileSync(join(work, 'package.json'), '{"type": "module"}')
  after(async () => {
    await pool.close()
    rmSync(work, { recursive: true })
  })

  /** A copy of the compiled model and proofs, with the guard dropped. */
  function copyWithout(g: Guard, i: number): string {
    const to = join(work, String(i))
    mkdirSync(to)
    for (const room of ['trace', 'model', 'proofs']) cpSync(join(packageRoot, 'dist', room), join(to, room), { recursive: true })
    if (g.text !== undefined) {
      const file = join(to, 'model', g.text.file)
      const source = readFileSync(file, 'utf8')
      expect(source, `${g.text.file} no longer has what is to be dropped`).to.contain(g.text.from)
      writeFileSync(file, source.replaceAll(g.text.from, g.text.to))
    }
    return to
  }
  const load = async <T>(to: string, file: string): Promise<T> => await import(pathToFileURL(join(to, file)).href) as T

  it('every clause that a kernel keeps has one', () => {
    const kept = new Set(allKernels.flatMap((k) => recorded[k.name]?.kept ?? []))
    expect(clauses.map((c) => c.name).filter((c) => kept.has(c))).to.have.members(guards.map((g) => g.clause).filter((c) => c !== undefined))
  })

  guards.forEach((g, i) => {
    it(`${g.clause}: ${g.kernel} without ${g.without} breaks it`, async () => {
      expect(recorded[g.kernel]!.kept).to.include(g.clause)
      const to = copyWithout(g, i)
      const model = await load<typeof Model>(to, 'model/index.js')
      const { clauses: all } = await load<typeof WellFormed>(to, 'proofs/well-formed.js')
      const { proveInduction } = await load<typeof Induction>(to, 'proofs/system/induction.js')
      const kernel = model.allKernels.find((k) => k.name === g.kernel)!
      const kept = all.filter((c) => recorded[g.kernel]!.kept.includes(c.name))
      const shown = kept.filter((c) => c.name === g.clause)
      const found = await proveInduction(g.change?.(kernel, model.allKernels) ?? kernel, kept, oracle, {}, shown)
      expect(found.open.filter((o) => o.clauses.includes(g.clause)).map((o) => o.reason)).to.include('an event breaks it')
    })
  })
})
