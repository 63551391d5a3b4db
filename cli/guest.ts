import { Option, type Command } from 'commander'
import { action } from './action.js'
import type { GuestCheckOptions, GuestMachineOptions, GuestSoakOptions } from './guest/options.js'

const cpus = ['cortex-a72', 'cortex-a76', 'max', 'max-mte']

export function register(command: Command): void {
  command.description('the real arm64 kernel under QEMU: build, fetch, boot, check, record, shell')
  command.command('build').description('builds kernels from the linux-source packages (minutes; cached)')
    .argument('[kernel...]', 'identifiers; all that are built here otherwise')
    .action(action(async (kernels: string[]) => (await import('./guest/prepare-run.js')).prepare('built', kernels)))
  command.command('fetch').description('fetches Debian\'s own arm64 kernels')
    .argument('[kernel...]', 'identifiers; all of Debian\'s otherwise')
    .action(action(async (kernels: string[]) => (await import('./guest/prepare-run.js')).prepare('debian', kernels)))
  machine(command.command('boot').description('boots a kernel and says what it is'))
    .action(action(async (kernel: string, options: GuestMachineOptions) => (await import('./guest/prepare-run.js')).boot(kernel, options)))
  machine(command.command('shell').description('boots a kernel with its console on this terminal'))
    .action(action(async (kernel: string, options: GuestMachineOptions) => (await import('./guest/prepare-run.js')).shell(kernel, options)))
  command.command('check').description('the same vectors on the real kernel, the model and the simulator; mutants must be caught')
    .argument('[kernel...]', 'identifiers; v6.12, its variants and mutants otherwise')
    .option('--vectors <n>', 'inputs for each probe on each machine', '2082')
    .addOption(new Option('--cpu <cpu...>', 'CPU models').choices(cpus))
    .addOption(new Option('--kpti <setting...>', 'KPTI').choices(['on', 'off']))
    .option('--probe <name...>', 'only these probes')
    .option('--soak <minutes>', 'goes on with new random inputs until then')
    .option('--seed <n>', 'of the random inputs', '1')
    .action(action(async (kernels: string[], options: GuestCheckOptions) => (await import('./guest/check-run.js')).check(kernels, options)))
  command.command('soak').description('the same for long: v6.12 and its variants, until a million vectors agree, each probe 20,000 at least and a quarter at most')
    .option('--total <n>', 'vectors that model, simulator and guest are asked', '1000000')
    .option('--vectors <n>', 'inputs for each probe on each machine of a round', '6400')
    .option('--minutes <n>', 'no new round after that', '600')
    .option('--seed <n>', 'of the random inputs', '1')
    .action(action(async (options: GuestSoakOptions) => (await import('./guest/soak-run.js')).soak(options)))
  command.command('ground-truth').description('the facts in docs/guest.md, seen again on a booted kernel')
    .argument('[kernel]', 'identifier', 'v6.12')
    .action(action(async (kernel: string) => (await import('./guest/ground-truth-run.js')).groundTruth(kernel)))
  command.command('rungs').description('decides the claims for the kernels that are built, replays every witness on them and records what was seen (guest/rungs.recorded.json)')
    .argument('[claim...]', 'all claims and conditions otherwise')
    .action(action(async (claims: string[]) => (await import('./guest/rungs-run.js')).recordRungs(claims)))
  command.command('findings').description('replays what explore found (docs/findings) on real kernels and records what was seen')
    .argument('[part...]', 'only those with a part of their name; of the others what is recorded stays')
    .action(action(async (parts: string[]) => (await import('./guest/findings-run.js')).tryFindings(parts)))
  command.command('record').description('writes the transcripts under guest/goldens')
    .argument('[kernel...]', 'identifiers; all that are recorded otherwise')
    .option('--twice', 'boots each again: transcript and console must be the same, byte for byte')
    .action(action(async (kernels: string[], options: { twice?: true }) => (await import('./guest/record-run.js')).record(kernels, options)))
}

function machine(command: Command): Command {
  return command.argument('<kernel>', 'identifier: v6.12, rfc-v2@v6.12, v6.1, newest …')
    .addOption(new Option('--cpu <cpu>', 'CPU model').choices(cpus).default('max'))
    .addOption(new Option('--kpti <setting>', 'KPTI').choices(['on', 'off']).default('on'))
}
