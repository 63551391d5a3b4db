import { Option, type Command } from 'commander'
import { action } from './action.js'
import type { ExplainOptions } from './explain-run.js'

export function register(command: Command): void {
  command
    .description('a claim: who is right on which kernel and why, with the smallest counterexample step by step')
    .argument('<claim>', 'a claim or a condition of one, or a file of yours (.ts, .js)')
    .option('--kernel <name...>', 'on these kernels only, or on files of yours; the first is taken as control')
    .addOption(new Option('--userspace <which>', 'one userspace only').choices(['any', 'contract']))
    .option('--no-cache', 'decide everything anew')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExample:\n  arm64-compat explain sigreturn/always-sigsegv\n\nExit status 3: some verdict is unknown; 4: a trace does not reproduce on the simulator.')
    .action(action(async (claim: string, options: ExplainOptions) => (await import('./explain-run.js')).explain(claim, options)))
}
