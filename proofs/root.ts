/** Where the package lies: recorded results are read from its sources, next to the compiled code. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function find(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : find(dirname(from))
}
export const packageRoot: string = find(dirname(fileURLToPath(import.meta.url)))
