import { Option, type Command } from 'commander'
import { UsageError } from '../trace/errors.js'
import { action } from './action.js'
import type { ReplayOptions } from './options.js'

export function register(command: Command): void {
  command
    .description('runs a trace again, event by event, and compares the whole state after each')
    .argument('<trace>', 'a trace file (ITF); - is standard input')
    .addOption(new Option('--on <where>', 'where it runs').choices(['sim', 'guest']).default('sim'))
    .option('--from <n>', 'show the run from after its n-th event on (0: the start)')
    .option('--to <n>', 'and to after its n-th event; smaller than --from: backwards')
    .option('--step', 'walk through it by keys: n next, p previous, q quit (on a terminal)')
    .option('--all', 'show every changed word; long lists are told in one line otherwise')
    .option('--itf <file>', 'write what was simulated between --from and --to as a trace')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExample, the last two events backwards of seven:\n  arm64-compat replay trace.itf.json --from 7 --to 5\n\nExit status: 4 the trace does not reproduce, 3 the guest cannot run it (the reason is told).')
    .action(action(async (trace: string, options: ReplayOptions) => {
      if (options.on !== 'guest') return (await import('./replay-run.js')).replayTrace(trace, options)
      const alone = (['from', 'to', 'step', 'itf'] as const).find((o) => options[o] !== undefined)
      if (alone !== undefined) throw new UsageError('E_OPTION', `--${alone} is for the simulator; the real kernel shows what user space sees at the end of each call only`)
      return (await import('./guest/replay-run.js')).replayTraceOnGuest(trace, options.json)
    }))
}
