import type { Command } from 'commander'
import { action } from './action.js'
import type { ExploreCommandOptions } from './options.js'

export function register(command: Command): void {
  command
    .description('looks for broken behaviour that nobody has claimed: general principles, every event, every kernel')
    .option('--kernel <name...>', 'these kernels only: rfc-v2, v6.12, …, or a TypeScript file of yours (./my-kernel.ts)')
    .option('--principle <name...>', 'these principles only: isolation, scheduling, …')
    .option('--json <file>', 'write the findings as JSON; - is standard output, and nothing else goes there')
    .option('--budget <seconds>', 'stop asking after that many seconds', '600')
    .option('--jobs <n>', 'queries at once (default: the number of processors)')
    .option('--timeout <seconds>', 'per query', '30')
    .option('--all', 'tell the findings that are judged already, too')
    .option('--write', 'write docs/findings.md and the traces it names')
    .option('--no-cache', 'decide anew what was decided before')
    .addHelpText('after', '\nExit status: 0 nothing new, 1 something that nobody has judged (explore/judged.yaml), 2 wrong use, 3 nothing new but not everything decided, 4 a run does not reproduce.')
    .action(action(async (options: ExploreCommandOptions) => (await import('./explore-run.js')).exploreKernels(options)))
}
