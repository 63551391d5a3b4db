import type { Command } from 'commander'
import { action } from './action.js'
import type { VerifyOptions } from './options-lift.js'

export function register(command: Command): void {
  command
    .description('proves each modelled function equal to the C of a tree, or shows the smallest input on which they differ')
    .argument('[function...]', 'names of C functions; all modelled ones when omitted')
    .requiredOption('--tree <dir>', 'kernel source tree (arch/arm64 and the headers)')
    .option('--patch <file>', 'apply a patch in memory first (git format-patch, or a mail of it); repeatable', (f: string, all: string[]) => [...all, f], [])
    .requiredOption('--kernel <kernel>', 'the model: v5.11, v6.1, v6.12, rfc-v2, …')
    .option('--jobs <n>', 'queries at once')
    .option('--solver <solver>', 'embedded, z3, cvc5 or boolector', 'embedded')
    .option('--no-cache', 'prove again what is recorded for exactly this source')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExit status: 0 all that could be lifted is equal; 1 something differs; 3 something is unknown.\nExample:\n  arm64-compat verify-model --tree /usr/src/linux-source-6.12 --kernel v6.12')
    .action(action(async (names: string[], options: VerifyOptions) => (await import('./verify-model-run.js')).verifyModel(names, options)))
}
