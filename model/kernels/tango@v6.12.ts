/** Tango's entry on Debian's 6.12: the sites of RFC v2, which is derived from it, and its own trigger. */
import type { Kernel } from '../tasks/kernel.js'
import { rfcV2OnV612 } from './rfc-v2@v6.12.js'
import { tangoV54 } from './tango-v5.4.js'

export const tangoOnV612: Kernel = {
  ...rfcV2OnV612,
  id: 'tango@v6.12',
  name: 'tango@v6.12',
  source: 'Amanieu/linux tango-v5.4, ported to Debian\'s 6.12.117: process.c, syscall.c, mm/mmap.c as read; the other files as RFC v1 says it derived from it',
  deduced: [...tangoV54.deduced, ...rfcV2OnV612.deduced],
  doEl0Svc: tangoV54.doEl0Svc,
  flag: tangoV54.flag,
  kstkEip: tangoV54.kstkEip,
  mapFixedWithinEnd: tangoV54.mapFixedWithinEnd,
}
