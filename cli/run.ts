import type { Command } from 'commander'
import { action } from './action.js'
import type { RunOptions } from './run-run.js'

export function register(command: Command): void {
  command
    .description('runs scenarios on the simulator')
    .argument('<scenario...>', 'scenario files (YAML, docs/scenarios.md), or directories with such files')
    .option('--kernel <name...>', 'on these kernels only')
    .option('--seed <number>', 'fills the choices that a scenario leaves open; 0: all zero', '0')
    .option('--steps', 'print what each event changed')
    .option('--residue', 'tell where uninitialised kernel stack reaches user space')
    .option('--itf <file>', 'write the run as a trace (one scenario, one kernel, one configuration)')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExample:\n  arm64-compat run scenarios/fake --kernel rfc-v2 --steps\n\nExit status 1: a scenario fails where it should pass, or passes where it should differ.')
    .action(action(async (files: string[], options: RunOptions) => (await import('./run-run.js')).run(files, options)))
}
