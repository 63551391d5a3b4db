/** RFC v2 on Debian's 6.12: what the patch replaces, on the base as it is. Sites that v5.11 lacks go with their siblings there (do_sme_acc with do_sve_acc). */
import type { Kernel } from '../tasks/kernel.js'
import { rfcV2 } from './rfc-v2.js'
import { v612 } from './v6.12.js'

export const rfcV2OnV612: Kernel = {
  ...v612,
  id: 'rfc-v2@v6.12',
  name: 'rfc-v2@v6.12',
  source: 'RFC v2, <20210203190135.64839-1-Sonicadvance1@gmail.com>, CONFIG_ARM_COMPAT_DISPATCH=y, ported to Debian\'s 6.12.117',
  deduced: ['which predicate the sites that 6.12 added would ask: that of their siblings in the patch, else is_compat_*, which the patch widens'],
  predicates: rfcV2.predicates,
  sites: { ...rfcV2.sites, 'do_sme_acc': 'is_aarch32_compat_task', 'tls_preserve_current_state: TPIDR2': 'is_aarch32_compat_task' },
  doEl0Svc: rfcV2.doEl0Svc,
  flag: rfcV2.flag,
  mapFixedWithinEnd: rfcV2.mapFixedWithinEnd,
}
