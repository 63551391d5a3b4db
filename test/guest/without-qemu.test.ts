import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../guest/paths.js'

/** The guest's tests as `npm test` runs them, on a machine whose PATH has a shell and nothing else. */
function testsWithoutQemu(required: boolean): { status: number | null, text: string } {
  const bin = mkdtempSync(join(tmpdir(), 'arm64-compat-path-'))
  try {
    symlinkSync('/bin/sh', join(bin, 'sh'))
    const r = spawnSync(process.execPath, [join(projectRoot, 'node_modules/mocha/bin/mocha.js'), '--no-config', '--timeout', '600000', '--reporter', 'dot',
      // one transcript stands for all of them: they are tested by themselves
      '--grep', 'v6.12-cortex-a72-kpti-off|are what a kernel does|replay on the real kernel',
      join(projectRoot, 'dist/test/guest/goldens.test.js'), join(projectRoot, 'dist/test/guest/replay.test.js')],
    { cwd: projectRoot, encoding: 'utf8', env: { ...process.env, PATH: bin, ARM64_COMPAT_REQUIRE_GUEST: required ? '1' : '' } })
    return { status: r.status, text: r.stdout + r.stderr }
  } finally {
    rmSync(bin, { recursive: true, force: true })
  }
}

describe('npm test without QEMU', () => {
  it('checks the transcripts and says SKIPPED once', () => {
    const { status, text } = testsWithoutQemu(false)
    expect(status, text).to.equal(0)
    expect(text.match(/SKIPPED: no real kernel: qemu-system-aarch64 is not on the PATH; the committed transcripts are checked instead/g)).to.have.length(1)
    expect(text).to.match(/3 passing/).and.match(/2 pending/)
  })
  it('fails where a guest is required', () => {
    const { status, text } = testsWithoutQemu(true)
    expect(status).to.be.greaterThan(0)
    expect(text).to.contain('ARM64_COMPAT_REQUIRE_GUEST=1, but qemu-system-aarch64 is not on the PATH').and.match(/2 failing/)
  })
})
