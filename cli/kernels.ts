import type { Command } from 'commander'
import { action } from './action.js'
import type { ListOptions } from './options.js'

export function register(command: Command): void {
  command
    .description('the kernels there are, or what one of them replaces')
    .argument('[kernel]', 'v5.11, rfc-v2, rfc-v2@v5.11, …')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .action(action(async (kernel: string | undefined, options: ListOptions) => (await import('./kernels-run.js')).kernels(kernel, options)))
}
