/** The events. A new one is a file and a line here; its meaning is a line of docs/events.md. */
import type { SymEvent } from '../tasks/symbolic.js'
import { die } from './die.js'
import { eret } from './eret.js'
import { ofCurrent, type Effect, type EventOf } from './event.js'
import { handler } from './handler.js'
import { irq } from './irq.js'
import { leave } from './leave.js'
import { moduleOperation } from './module.js'
import { restart } from './restart.js'
import { resume } from './resume.js'
import { seccomp } from './seccomp.js'
import { signal } from './signal.js'
import { skip } from './skip.js'
import { step } from './step.js'
import { stop } from './stop.js'
import { svc } from './svc.js'
import { switchTo } from './switch.js'
import { traceEnter } from './trace-enter.js'
import { traceExit } from './trace-exit.js'
import { user } from './user.js'

export const events: { readonly [K in SymEvent['kind']]: Effect<EventOf<K>> } = {
  user: ofCurrent(user),
  svc: ofCurrent(svc),
  irq: ofCurrent(irq),
  step: ofCurrent(step),
  trace_enter: ofCurrent(traceEnter),
  skip: ofCurrent(skip),
  seccomp: ofCurrent(seccomp),
  module: ofCurrent(moduleOperation),
  handler: ofCurrent(handler),
  trace_exit: ofCurrent(traceExit),
  leave: ofCurrent(leave),
  signal: ofCurrent(signal),
  restart: ofCurrent(restart),
  die: ofCurrent(die),
  stop: ofCurrent(stop),
  eret: ofCurrent(eret),
  resume,
  switch: switchTo,
}
