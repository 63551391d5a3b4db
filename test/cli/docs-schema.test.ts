import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { schemaFiles } from '../../cli/docs-schema.js'

describe('cli: published JSON Schemas', () => {
  for (const { path, text } of schemaFiles()) {
    it(`${path} is what zod derives (node scripts/write-schemas.mjs writes it)`, () => expect(readFileSync(path, 'utf8')).to.equal(text))
  }
})
