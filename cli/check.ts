import { Option, type Command } from 'commander'
import { action } from './action.js'
import type { CheckCommandOptions } from './options.js'

/** Options that check, promote and explain share. */
export function deciding(command: Command): Command {
  return command
    .option('--kernel <name...>', 'these kernels only: rfc-v2, v4-series@v6.12, …; historical, ported, mainline, all; or a TypeScript file of yours (./my-kernel.ts)')
    .addOption(new Option('--userspace <which>', 'one userspace only').choices(['any', 'contract']))
    .addOption(new Option('--solver <name>', 'who decides').choices(['embedded', 'z3', 'cvc5']).default('embedded'))
    .option('--jobs <n>', 'queries at once (default: the number of processors)')
    .option('--timeout <seconds>', 'per query (default: 60)')
    .option('--no-cache', 'decide anew what was decided before')
}

export function register(command: Command): void {
  deciding(command)
    .description('decides claims for every kernel and prints the matrix')
    .argument('[claim...]', 'all claims when omitted; sigreturn/always-sigsegv, or a TypeScript file of yours (./my-claim.ts)')
    .option('--tree <dir>', 'decide for a kernel source tree: its functions are proven equal to a model first; --kernel says which to begin with')
    .option('--patch <file>', 'with --tree: side by side with the patch applied (git format-patch, or a mail of it); repeatable', (f: string, all: string[]) => [...all, f], [])
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .option('--evidence', 'also ask a second solver, run all values and check proofs (slower)')
    .option('--search', 'decide anew, without the recorded runs, and look for the shortest run from exec')
    .option('--depth <n>', 'with --search: runs of at most so many events (default: 12)')
    .option('--budget <seconds>', 'with --search: time for the search of each verdict (default: 30)')
    .option('--induction', 'decide base and step of the invariants again, although they are recorded for this very model')
    .option('--on-guest', 'run every witness that user space can cause on a booted kernel of exactly its identifier (guest build first); without QEMU: what is recorded of it')
    .option('--smt-dir <dir>', 'write every query there as SMT-LIB')
    .addHelpText('after', '\nExit status: 0 every verdict is the recorded one, 1 some differs, 2 wrong use, 3 some is unknown, 4 evidence contradicts itself.')
    .action(action(async (claims: string[], options: CheckCommandOptions) => (await import('./check-run.js')).checkClaims(claims, options)))
}
