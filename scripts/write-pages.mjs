// Writes the pages that follow from the code alone. A test fails while one of them is stale.
import { writeFileSync } from 'node:fs'
import { codePages } from '../dist/cli/docs-pages.js'

for (const { path, text } of codePages()) writeFileSync(path, text)
