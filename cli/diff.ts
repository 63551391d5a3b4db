import type { Command } from 'commander'
import { action } from './action.js'
import type { DiffOptions } from './options-lift.js'

export function register(command: Command): void {
  command
    .description('what changed between two kernels of the model, or two trees (tree:DIR): text, and behaviour with the smallest telling input')
    .argument('<a>', 'v5.11, rfc-v2, … or tree:DIR')
    .argument('<b>', 'v5.11, rfc-v2, … or tree:DIR')
    .option('--jobs <n>', 'queries at once')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExit status: 0 no behaviour differs; 1 some does; 3 unknown.\nExample:\n  arm64-compat diff tree:/usr/src/linux-source-6.1 tree:/usr/src/linux-source-6.12')
    .action(action(async (a: string, b: string, options: DiffOptions) => (await import('./diff-run.js')).diff(a, b, options)))
}
