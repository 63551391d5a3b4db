import { Option, type Command } from 'commander'
import { action } from './action.js'
import type { ReplayOptions } from './options.js'

export function register(command: Command): void {
  command
    .description('runs a trace again, event by event, and compares the whole state after each')
    .argument('<trace>', 'a trace file (ITF); - is standard input')
    .addOption(new Option('--on <where>', 'where it runs').choices(['sim']).default('sim'))
    .option('--all', 'show every changed word; long lists are told in one line otherwise')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExit status 4: the trace does not reproduce.')
    .action(action(async (trace: string, options: ReplayOptions) => (await import('./replay-run.js')).replayTrace(trace, options)))
}
