import type { Command } from 'commander'
import { action } from './action.js'
import type { DocsOptions } from './docs-run.js'

export function register(command: Command): void {
  command
    .description('writes the generated pages: schemas, registers, matrix, claims, invariants, the matrix in README.md')
    .option('--check', 'write nothing; name the pages that are stale')
    .option('--no-cache', 'decide everything anew')
    .addHelpText('after', '\nExit status 1 with --check: some page is stale.')
    .action(action(async (options: DocsOptions) => (await import('./docs-run.js')).docs(options)))
}
