import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { UsageError } from '../trace/errors.js'
import { commands } from './commands.js'

/** All commands, with their help. Commander's own errors are thrown as `CommanderError`, nothing is printed for them. */
export function program(): Command {
  const p = new Command('arm64-compat')
    .description('Decides what a kernel review says about 32-bit system calls of 64-bit tasks on Linux/arm64.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError(false)
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', `
Exit status: 0 every verdict is the recorded one; 1 some verdict differs; 2 wrong use or input;
3 some verdict is unknown; 4 two kinds of evidence contradict each other.`)
    .action((name: string | undefined) => {
      if (name === undefined) throw new UsageError('E_NO_COMMAND', 'no command given; arm64-compat --help lists them')
      throw new UsageError('E_UNKNOWN_COMMAND', `no command '${name}'; there are ${commands.map((c) => c.name).join(', ')}`)
    })
    .argument('[command]')
  p.usage('<command> [options]')
  for (const { name, register } of commands) register(p.command(name))
  p.allowExcessArguments() // not before: commands inherit it
  return p
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
