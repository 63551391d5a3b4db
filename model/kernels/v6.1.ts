/** Mainline v6.1 as Debian ships it: v6.12 with v6.1's table and its workaround for erratum 1418040. */
import { tableSize } from '../syscalls/numbers.table.js'
import type { Kernel } from '../tasks/kernel.js'
import { v612 } from './v6.12.js'

export const v61: Kernel = {
  ...v612,
  id: 'v6.1',
  name: 'v6.1',
  source: 'Debian linux-source-6.1 (6.1.192: v6.1 with its stable backports), arch/arm64',
  mapDroppable: false,
  nrSyscalls: tableSize['v6.1'],
  nrCompatSyscalls: tableSize['v6.1'],
  // kernel/process.c erratum_1418040_thread_switch(next), erratum_1418040_new_exec
  erratum1418040At: 'next',
}
