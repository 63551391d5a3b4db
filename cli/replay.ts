import { Option, type Command } from 'commander'
import { action } from './action.js'
import type { ReplayOptions } from './options.js'

export function register(command: Command): void {
  command
    .description('runs a trace again, event by event, and compares the whole state after each')
    .argument('<trace>', 'a trace file (ITF); - is standard input')
    .addOption(new Option('--on <where>', 'where it runs').choices(['sim', 'guest']).default('sim'))
    .option('--all', 'show every changed word; long lists are told in one line otherwise')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExit status: 4 the trace does not reproduce, 3 the guest cannot run it (the reason is told).')
    .action(action(async (trace: string, options: ReplayOptions) => options.on === 'guest' ? (await import('./guest/replay-run.js')).replayTraceOnGuest(trace, options.json) : (await import('./replay-run.js')).replayTrace(trace, options)))
}
