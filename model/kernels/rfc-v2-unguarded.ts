/** The kernel that the reviewer feared: RFC v2 with every is_aarch32_compat_* turned back into is_compat_*. */
import type { Kernel, Predicate, Site } from '../tasks/kernel.js'
import { rfcV2 } from './rfc-v2.js'

/** Sites that test TIF_32BIT without one of the two predicates stay as they are. */
const direct: readonly string[] = ['STACK_RND_MASK', 'TASK_SIZE']

export const rfcV2Unguarded: Kernel = {
  ...rfcV2,
  id: 'rfc-v2-unguarded@v5.11',
  name: 'rfc-v2-unguarded',
  source: 'RFC v2 with every is_aarch32_compat_task/thread turned back into is_compat_task/thread, on v5.11; never mailed',
  sites: Object.fromEntries(Object.entries(rfcV2.sites).map(([site, p]) =>
    [site, p === 'is_aarch32_compat_task' && !direct.includes(site) ? 'is_compat_task' : p])) as Record<Site, Predicate>,
}
