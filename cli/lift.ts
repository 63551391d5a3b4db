import type { Command } from 'commander'
import { action } from './action.js'
import type { LiftOptions } from './options-lift.js'

export function register(command: Command): void {
  command
    .description('functions of a kernel tree as terms: inputs, result, what they may change')
    .argument('[function...]', 'names of C functions; all modelled ones when omitted')
    .requiredOption('--tree <dir>', 'kernel source tree (arch/arm64 and the headers)')
    .option('--patch <file>', 'apply a patch in memory first (git format-patch, or a mail of it); repeatable', (f: string, all: string[]) => [...all, f], [])
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExample:\n  arm64-compat lift --tree /usr/src/linux-source-6.12 valid_native_regs')
    .action(action(async (names: string[], options: LiftOptions) => (await import('./lift-run.js')).lift(names, options)))
}
