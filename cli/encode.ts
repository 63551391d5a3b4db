import type { Command } from 'commander'
import { action } from './action.js'
import type { EncodeOptions } from './options.js'

export function register(command: Command): void {
  command
    .description('a register value from fields, then as decode shows it')
    .argument('<field...>', 'FIELD=VALUE, or FIELD to set all its bits; M takes a mode name: M=USR')
    .option('--as <view>', 'pstate (SPSR_EL1 from AArch64), spsr-aarch32, psr (the CPSR user space sees)', 'pstate')
    .option('--from <value>', 'the value to start from', '0')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExample:\n  arm64-compat encode Z C M=USR --as psr')
    .action(action(async (fields: string[], options: EncodeOptions) => (await import('./encode-run.js')).encode(fields, options)))
}
