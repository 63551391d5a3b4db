import type { Command } from 'commander'
import { action } from './action.js'
import type { ListOptions } from './options.js'

export function register(command: Command): void {
  command
    .description('the claims there are, or what one of them says')
    .argument('[claim]', 'sigreturn/always-sigsegv, …')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .action(action(async (claim: string | undefined, options: ListOptions) => (await import('./claims-run.js')).listClaims(claim, options)))
}
