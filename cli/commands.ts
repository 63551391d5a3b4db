/** Every command. Adding one is a file that exports `register`, and a line here. Those files are light: they load the rest when the command runs. */
import type { Command } from 'commander'
import { register as check } from './check.js'
import { register as claims } from './claims.js'
import { register as decode } from './decode.js'
import { register as docs } from './docs.js'
import { register as encode } from './encode.js'
import { register as explore } from './explore.js'
import { register as guest } from './guest.js'
import { register as explain } from './explain.js'
import { register as kernels } from './kernels.js'
import { register as diff } from './diff.js'
import { register as drift } from './drift.js'
import { register as lift } from './lift.js'
import { register as promote } from './promote.js'
import { register as replay } from './replay.js'
import { register as reproducer } from './reproducer.js'
import { register as run } from './run.js'
import { register as verifyModel } from './verify-model.js'

export interface Registration {
  readonly name: string
  /** Gives the command its description, arguments, options and action (cli/action.ts). */
  readonly register: (command: Command) => void
}

export const commands: readonly Registration[] = [
  { name: 'check', register: check },
  { name: 'promote', register: promote },
  { name: 'explain', register: explain },
  { name: 'explore', register: explore },
  { name: 'decode', register: decode },
  { name: 'encode', register: encode },
  { name: 'replay', register: replay },
  { name: 'claims', register: claims },
  { name: 'run', register: run },
  { name: 'kernels', register: kernels },
  { name: 'lift', register: lift },
  { name: 'verify-model', register: verifyModel },
  { name: 'guest', register: guest },
  { name: 'reproducer', register: reproducer },
  { name: 'drift', register: drift },
  { name: 'diff', register: diff },
  { name: 'docs', register: docs },
]
