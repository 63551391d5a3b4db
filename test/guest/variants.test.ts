import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { guestKernels } from '../../guest/kernels.js'
import { addedFiles, variantFiles } from '../../guest/kernel/patches.js'
import { guestFile } from '../../guest/paths.js'

describe('guest variants', () => {
  it('say of every file that goes into a kernel that it is GPL-2.0', () => {
    for (const file of variantFiles) expect(readFileSync(guestFile(file), 'utf8').split('\n')[0], file).to.match(/SPDX-License-Identifier: GPL-2\.0/)
  })
  it('have a name in the kernel for every identifier', () => {
    const c = readFileSync(guestFile(addedFiles[1]!.from), 'utf8')
    const words = guestKernels().flatMap((k) => k.cmdline)
    expect(words.length).to.be.greaterThan(9)
    for (const word of words) expect(c).to.contain(`"${word.split('=')[1]}"`)
  })
  it('has at least two mutants of each kind', () => {
    const ids = guestKernels().filter((k) => k.mutant).map((k) => k.id)
    for (const kind of ['tls', 'sanitise', 'dispatch']) expect(ids.filter((id) => id.startsWith(`mutant-${kind}`)).length).to.be.at.least(2)
  })
})
