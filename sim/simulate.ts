/** One event on a concrete machine. */
import type { Event } from '../trace/events.js'
import { place, type Config, type State } from '../trace/state.js'
import { eret } from './eret.js'
import { die } from './core-dump.js'
import { irq, softwareStep, svc } from './entry.js'
import { handler, leave } from './handler.js'
import type { Kernel } from './kernel.js'
import { kernelOf } from './kernels.js'
import { copyFor, cpuOf, indexOf, isRunning, needAt, placeName, taskOf, type Machine } from './machine.js'
import { need } from './not-enabled.js'
import { switchTo } from './process.js'
import { restart, signal } from './do-signal.js'
import { seccomp } from './seccomp.js'
import { resume, skip, traceEnter, traceExit } from './stops.js'
import { tango32 } from './tango32.js'
import { user } from './user.js'

/** The state after the event; the given one is untouched. Throws NotEnabled, or UsageError for a kernel nobody wrote a simulator for. */
export function simulate(kernelId: string, config: Config, state: State, event: Event): State {
  return simulateWith(kernelOf(kernelId), config, state, event)
}

/** The same for a kernel in hand. What the event cannot touch is shared with the given state. */
export function simulateWith(kernel: Kernel, config: Config, state: State, event: Event): State {
  const after = copyFor(state, event)
  step({ kernel, config, state: after }, event)
  return after
}

/** One event, in place. After NotEnabled the state is not usable. */
export function step(m: Machine, e: Event): void {
  if (e.kind === 'switch') {
    doSwitch(m, e.from, e.to)
    return
  }
  const t = taskOf(m, e.task)
  if (e.kind === 'resume') {
    need(t.stopped, `task ${e.task} is not stopped`)
    resume(t, e.with)
    return
  }
  const cpu = cpuOf(m, e.task)
  switch (e.kind) {
    case 'user':
      needAt(t, place.el0, e.task)
      user(m.config, cpu, t, e)
      return
    case 'svc':
      needAt(t, place.el0, e.task)
      svc(m, cpu, t, e)
      return
    case 'irq':
      needAt(t, place.el0, e.task)
      irq(m, cpu, t, e)
      return
    case 'step':
      needAt(t, place.el0, e.task)
      softwareStep(m, cpu, t, e)
      return
    case 'handler':
      needAt(t, place.entered, e.task)
      handler(m, cpu, t, e)
      return
    case 'leave':
      needAt(t, place.handled, e.task)
      leave(m, t)
      return
    case 'signal':
      needAt(t, place.returning, e.task)
      signal(m, t, e)
      return
    case 'restart':
      needAt(t, place.returning, e.task)
      restart(m, t)
      return
    case 'die':
      needAt(t, place.returning, e.task)
      need(!t.stopped && t.signo !== 0n, 'nothing kills the task')
      die(m.kernel, t)
      t.at = place.dead
      return
    case 'stop':
      needAt(t, place.returning, e.task)
      need(!t.stopped, `task ${e.task} is stopped`)
      t.stopped = true
      return
    case 'eret':
      needAt(t, place.returning, e.task)
      eret(m, cpu, t)
      return
    case 'trace_enter':
      needAt(t, place.entered, e.task)
      traceEnter(m, t)
      return
    case 'skip':
      needAt(t, place.entered, e.task)
      skip(m, t)
      return
    case 'module':
      needAt(t, place.entered, e.task)
      tango32(m, t)
      return
    case 'seccomp':
      needAt(t, place.entered, e.task)
      seccomp(m, t, e)
      return
    case 'trace_exit':
      needAt(t, place.handled, e.task)
      traceExit(m, t)
  }
}

const preemptible = (at: bigint): boolean => at === place.entered || at === place.handled || at === place.returning

function doSwitch(m: Machine, from: Extract<Event, { kind: 'switch' }>['from'], to: typeof from): void {
  const prev = taskOf(m, from), next = taskOf(m, to), cpu = cpuOf(m, from), index = BigInt(indexOf(to))
  need(preemptible(prev.at), `task ${from} is at ${placeName(prev)}, no preemption point`)
  need(preemptible(next.at) && !next.stopped, `task ${to} cannot run: at ${placeName(next)}${next.stopped ? ', stopped' : ''}`)
  need(!isRunning(m.state, Number(index)), `task ${to} is running`)
  switchTo(m, cpu, prev, next, index)
}
