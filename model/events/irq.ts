/** An interrupt from EL0. */
import { and } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { irq as takeIrq } from '../tasks/entry.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'
import { faultCanBe } from './svc.js'

export function irq({ k, config, cpu, t }: Scene, e: EventOf<'irq'>): Bool {
  const ready = at(t, 'el0')
  takeIrq(k, config, cpu, t, e.upper as BV<15>, e.mte_async_fault)
  return and(ready, faultCanBe(k, config, e.mte_async_fault))
}
