import type { Command } from 'commander'
import { action } from './action.js'
import type { DecodeOptions } from './options.js'

export function register(command: Command): void {
  command
    .description('one register value as fields, in every view, and what each kernel makes of it')
    .argument('<value>', 'a number: 0x60000010, 0b101, 16')
    .option('--as <view>', 'how to read it: pstate (SPSR_EL1 from AArch64), spsr-aarch32, psr (the CPSR user space sees)', 'pstate')
    .option('--json <file>', 'write the result as JSON; - is standard output, and nothing else goes there')
    .addHelpText('after', '\nExample:\n  arm64-compat decode 0x60000010 --as psr')
    .action(action(async (value: string, options: DecodeOptions) => (await import('./decode-run.js')).decode(value, options)))
}
