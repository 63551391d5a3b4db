/** Arbitrary traces: any values of the right widths, not runs of any kernel. */
import fc from 'fast-check'
import type { Event } from '../../trace/events.js'
import { build, leafBits, type Concrete } from '../../trace/spec.js'
import { configSpec, stateSpec, taskNames, type Config, type State, type TaskName } from '../../trace/state.js'
import { withoutUnread, type Trace } from '../../trace/trace.js'

const bits = (n: number): fc.Arbitrary<bigint> => fc.oneof(fc.constantFrom(0n, 1n, (1n << BigInt(n)) - 1n), fc.bigInt(0n, (1n << BigInt(n)) - 1n))
const task: fc.Arbitrary<TaskName> = fc.constantFrom(...taskNames)

/** A value whose leaves come from a seeded generator: most of them zero, as in real states. */
function filled<S>(spec: S): fc.Arbitrary<ReturnType<typeof build<S, Concrete>>> {
  return fc.array(bits(128), { minLength: 1, maxLength: 40 }).map((source) => {
    let i = 0
    return build<S, Concrete>(spec, (kind) => {
      const v = i % 5 === 0 ? source[(i / 5) % source.length]! : 0n
      i++
      return kind === 'bool' ? (v & 1n) === 1n : v & ((1n << BigInt(leafBits[kind])) - 1n)
    })
  })
}

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('user' as const), task, set: fc.dictionary(fc.constantFrom('regs[0]', 'regs[30]', 'sp', 'pstate', 'vregs[31]', 'TPIDR_EL0', 'frame.words[287]', 'buf.base'), bits(64)) }).map((e) => ({ ...e, set: { ...e.set } })),
  fc.record({ kind: fc.constant('svc' as const), task, imm: bits(16), upper: bits(15), mte_async_fault: fc.boolean() }),
  fc.record({ kind: fc.constant('handler' as const), task, call: fc.constantFrom('sigreturn' as const, 'rt_sigreturn' as const), si_code: bits(32), residue: fc.array(bits(128), { minLength: 32, maxLength: 32 }) }),
  fc.record({ kind: fc.constant('handler' as const), task, call: fc.constant('ptrace' as const), target: task }),
  fc.record({ kind: fc.constant('handler' as const), task, call: fc.constant('execve' as const), bits: fc.constantFrom(32 as const, 64 as const) }),
  fc.record({ kind: fc.constant('switch' as const), from: task, to: task }),
  fc.record({ kind: fc.constant('eret' as const), task }),
  fc.record({ kind: fc.constant('seccomp' as const), task, action: fc.constantFrom('errno' as const, 'trap' as const, 'kill' as const), data: bits(16) }),
  fc.record({ kind: fc.constantFrom('trace_enter' as const, 'trace_exit' as const, 'skip' as const, 'module' as const), task }),
  fc.record({ kind: fc.constant('handler' as const), task, call: fc.constant('mmap' as const), result: bits(64) }),
  fc.record({ kind: fc.constant('handler' as const), task, call: fc.constant('tagged_addr' as const) }),
)
const config: fc.Arbitrary<Config> = filled(configSpec)

export const trace: fc.Arbitrary<Trace> = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }), fc.array(event, { maxLength: 3 })).chain(([cpus, tasks, events]) => fc.record({
  kernel: fc.constantFrom('v5.11', 'rfc-v2@v6.12'), config, start: fc.constantFrom('exec' as const, 'assumed' as const),
  states: fc.array(filled(stateSpec(cpus, tasks)) as fc.Arbitrary<State>, { minLength: events.length + 1, maxLength: events.length + 1 }),
  events: fc.constant(events), claim: fc.constant('sigreturn/always-sigsegv'), userspace: fc.constantFrom('any' as const, 'contract' as const), irrelevant: fc.constant<string[]>(['tasks[0].regs[1]']),
}, { requiredKeys: ['kernel', 'config', 'start', 'states', 'events'] }).map((t) => ({ ...t, events: t.events.map((e, i) => withoutUnread(t.states[i]!, e)) })))
