import type { Command } from 'commander'
import { action } from './action.js'

export function register(command: Command): void {
  command
    .description('a trace as a standalone C program that prints TAP; needs only libc and the kernel\'s UAPI headers')
    .argument('<trace>', 'a trace file (ITF); - is standard input')
    .option('--run <kernel>', 'compile it, run it on that guest kernel, and show what it prints')
    .action(action(async (trace: string, options: { run?: string }) => (await import('./reproducer-run.js')).writeReproducer(trace, options.run)))
}
