// Writes docs/schema/ anew. A test fails while what is there is stale.
import { writeFileSync } from 'node:fs'
import { schemaFiles } from '../dist/cli/docs-schema.js'

for (const { path, text } of schemaFiles()) writeFileSync(path, text)
