/** v4 on Debian's 6.12: what the eight patches replace, on the base as it is. */
import type { Kernel } from '../tasks/kernel.js'
import { v4Series } from './v4-series.js'
import { v612 } from './v6.12.js'

export const v4SeriesOnV612: Kernel = {
  ...v612,
  id: 'v4-series@v6.12',
  name: 'v4-series@v6.12',
  source: 'v4 1/8 to 8/8, <20210518090658.9519-2-amanieu@gmail.com> to -9-, ported to Debian\'s 6.12.117',
  // patch 4 leaves on is_compat_* what it does not name; so do the sites that 6.12 added
  predicates: v4Series.predicates,
  sites: v4Series.sites,
  doEl0Svc: v4Series.doEl0Svc,
  flag: v4Series.flag,
  restartSyscall: v4Series.restartSyscall,
}
