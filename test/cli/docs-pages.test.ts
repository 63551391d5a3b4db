import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { codePages } from '../../cli/docs-pages.js'

describe('cli: pages that follow from the code', () => {
  for (const { path, text } of codePages()) {
    it(`${path} is up to date (node scripts/write-pages.mjs writes it)`, () => expect(readFileSync(path, 'utf8')).to.equal(text))
  }
})
