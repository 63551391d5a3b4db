import type { Command } from 'commander'
import { action } from './action.js'
import type { DriftOptions } from './options-lift.js'

export function register(command: Command): void {
  command
    .description('which modelled functions of a tree have another text than what was last verified, or than before a patch')
    .requiredOption('--tree <dir>', 'kernel source tree')
    .option('--patch <file>', 'compare the tree before and after a patch; repeatable', (f: string, all: string[]) => [...all, f], [])
    .option('--kernel <kernel>', 'the recorded verification to compare with: v6.1, v6.12, v5.11')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExit status: 0 nothing differs; 1 something does.\nExample:\n  arm64-compat drift --tree . --patch 0001-my.patch')
    .action(action(async (options: DriftOptions) => (await import('./drift-run.js')).drift(options)))
}
