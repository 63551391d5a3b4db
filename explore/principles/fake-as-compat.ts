import { and, bv, eq, is, lower32, ne, not, ult, xor, zext } from '../../model/terms/build.js'
import type { Bool, BV } from '../../model/terms/term.js'
import { step, type SymEvent, type SymState, type SymTask } from '../../model/index.js'
import type { Tie } from '../../proofs/claim.js'
import { inFakeCall } from '../../proofs/observe.js'
import { last, type Script, type TaskStart } from '../../proofs/run.js'
import { table } from '../../trace/state.js'
import { changed, kept, only, taskOf } from '../fields.js'
import { hasFakeCalls } from '../ideal.js'
import type { Aspect, Principle, Probe } from '../principle.js'
import { isRequest, ptraceOfB, requestKinds } from '../requests.js'
import { absent, eret, handler, leave, svc } from '../scripts.js'

/** The 32-bit task has the numbers and the arguments of the fake call; the rest of it is its own. */
const asCompat: Tie = (path, first) => {
  const call = taskOf(first.states[1]!, 'A')
  const reg = /^tasks\[0\]\.regs\[(\d+)\]$/.exec(path)
  if (reg === null) return /^tasks\[0\]\.(pstate|pc|sp|tp_value|tp2_value|compat_call|TIF_SINGLESTEP)$|^cpus\[0\]\./.test(path) ? 'free' : undefined
  const i = Number(reg[1])
  return i === 7 ? zext(64, call.syscallno) : i < 7 ? zext(64, lower32(call.regs[i]!)) : 'free'
}
interface Story { readonly name: string, readonly more?: readonly TaskStart[], readonly script: Script, readonly aspects: (a: SymTask[], b: SymTask[], r: { fake: SymState[], compat: SymState[] }) => Aspect[], readonly if?: (call: SymTask) => Bool }

const result = (a: SymTask, b: SymTask): Aspect => ({ field: 'the result of the call', broken: ne(lower32(a.regs[0]!), lower32(b.regs[0]!)) })
const arch = (a: SymTask, b: SymTask): Aspect => ({ field: 'AUDIT_ARCH', broken: ne(a.audit_arch, b.audit_arch) })
const forced = (a: SymTask, b: SymTask): Aspect => ({ field: 'a forced signal', broken: not(and(eq(a.signo, b.signo), eq(a.si_code, b.si_code))) })
const end = <T>(all: readonly T[]): T => all[all.length - 1]!
const common = (a: SymTask[], b: SymTask[]): Aspect[] => [arch(a[1]!, b[1]!), result(end(a), end(b)), forced(end(a), end(b)), ...changed(only(kept(end(a)), 'TIF_TAGGED_ADDR', 'restart_fn', 'buf'), kept(end(b)))]

const stories: readonly Story[] = [
  ...(['other', 'ni', 'tagged_addr'] as const).map((c) => ({ name: `a call (${c})`, script: [svc('A'), handler('A', c)], aspects: common })),
  ...(['errno', 'trap'] as const).map((action) => ({ name: `a call that seccomp refuses (${action})`, script: [svc('A'), { kind: 'seccomp', task: 'A', action } as const], aspects: common })),
  ...requestKinds.map((k): Story => ({
    name: k.name, more: [{ bits: 64, stopped: true }], script: ptraceOfB, if: (call) => isRequest(call, k),
    aspects: (a, b, { fake, compat }) => [...common(a, b), ...changed(kept(taskOf(end(fake), 'B')), kept(taskOf(end(compat), 'B')), (f) => `${f} of the tracee`)],
  })),
  ...(['clone', 'clone3'] as const).map((c): Story => ({ name: `a ${c}`, more: [absent], script: [svc('A'), handler('A', c)],
    aspects: (a, b, { fake, compat }) => [...common(a, b), ...changed(only(kept(taskOf(end(fake), 'B')), 'x0', 'blocked', 'restart_fn', 'TIF_TAGGED_ADDR'), kept(taskOf(end(compat), 'B')), (f) => `${f} of the child`)] })),
  { name: 'a call that is restarted', script: [svc('A'), handler('A', 'other'), leave('A'), { kind: 'restart', task: 'A' }, eret('A'), svc('A')],
    aspects: (a, b) => [
      { field: 'the table it comes back to', broken: xor(inCompat(end(a)), inCompat(end(b))) },
      { field: 'the number it comes back with', broken: ne(end(a).syscallno, end(b).syscallno) }] },
]
const inCompat = (t: SymTask): Bool => not(ult(t.table, bv(8, table.compat)))

const probe = (s: Story): Probe => ({
  event: s.name, variant: '64-bit task in a fake call, 32-bit task',
  tasks: [{ bits: 64 }, ...s.more ?? []], script: s.script,
  second: { label: 'a 32-bit task makes the same call', tasks: [{ bits: 32 }, ...s.more ?? []], tie: asCompat },
  situation: ({ first, second }) => {
    const [a, b] = [first, second!].map((r) => taskOf(r.states[1]!, 'A')) as [SymTask, SymTask]
    // a 32-bit task has no frame or buffer above 4 GiB; arguments that fit 32 bits are the same value in both
    return and(inFakeCall(a), is(b.table, table.compat), eq(a.syscallno, b.syscallno), s.if?.(a) ?? eq(a.at, a.at), ...a.regs.slice(0, 7).map((x) => eq(x, zext(64, lower32(x)))))
  },
  aspects: ({ first, second }) => s.aspects(first.states.map((x) => taskOf(x, 'A')), second!.states.map((x) => taskOf(x, 'A')), { fake: [...first.states], compat: [...second!.states] }),
})

/** Where a mapping may come to lie: an address that only one of the two may get. */
const mmap: Probe = {
  ...probe({ name: 'mmap2', script: [svc('A')], aspects: () => [] }),
  aspects: ({ first, second, kernel }) => {
    const event = { kind: 'handler', task: 'A', call: 'mmap', result: first.states[0]!.tasks[0]!.frame.base as BV<64> } as SymEvent
    const [fake, compat] = [first, second!].map((r) => step(kernel, r.config, last(r), event).enabled) as [Bool, Bool]
    return [{ field: 'addresses beyond those of a 32-bit task', broken: and(fake, not(compat)) }, { field: 'addresses of a 32-bit task refused', broken: and(compat, not(fake)) }]
  },
}

export const fakeAsCompat: Principle = {
  name: 'fake-as-compat',
  sentence: 'A fake call behaves as the same call of a 32-bit task, up to what the ABI says differs.',
  probes: (k) => hasFakeCalls(k) ? [...stories.map(probe), mmap] : [],
  says: (event, fields) => `${event} from a 64-bit task: ${fields} differs from what a 32-bit task gets`,
}
