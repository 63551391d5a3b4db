import type { Command } from 'commander'
import { action } from './action.js'
import { deciding } from './check.js'
import type { CheckCommandOptions } from './options.js'

export function register(command: Command): void {
  deciding(command)
    .description('records the present verdicts; shows the difference first')
    .argument('[claim...]', 'all claims when omitted')
    .action(action(async (claims: string[], options: CheckCommandOptions) => (await import('./promote-run.js')).promote(claims, options)))
}
