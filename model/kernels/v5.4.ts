/** Mainline v5.4, the base of Tango's tree: what differs from v5.11 in what is modelled. */
import { tableSize } from '../syscalls/numbers.table.js'
import type { Kernel } from '../tasks/kernel.js'
import { v511 } from './v5.11.js'

export const v54: Kernel = {
  ...v511,
  id: 'v5.4',
  name: 'v5.4',
  source: 'mainline v5.4, arch/arm64',
  nrSyscalls: tableSize['v5.4'],
  nrCompatSyscalls: tableSize['v5.4'],
  // kernel/ptrace.c before BTI (v5.8) and MTE (v5.10): bits 27:25, 23:22, 20:13, 11:10, 5
  aarch64Res0: 0xffffffff0edfec20n,
  resetSingleStep: false,
  fastForwardsIntoHandler: true,
  truncatesResult: false,
  hasMte: false,
  hasBti: false,
  erratum1418040At: 'kernel_exit',
  ssbsForcedAtSwitch: true,
  stepReportedAtExit: false,
  hidesTagBits: false,
  // mm/mmap.c ksys_mmap_pgoff (ce18d171cb73; undone in v5.6)
  mmapUntagsAddress: true,
  // kernel/fork.c: no CLONE_CLEAR_SIGHAND (v5.5), no cgroup (v5.7); recalled, the file was not read
  clone3: { known: 0xffffffffn, reserved: 0x4000ffn, size: 64 },
}
