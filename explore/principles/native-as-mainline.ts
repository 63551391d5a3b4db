import { and, bool, is } from '../../model/terms/build.js'
import type { Kernel } from '../../model/index.js'
import { last, type Script, type TaskStart } from '../../proofs/run.js'
import { table, type TaskName } from '../../trace/state.js'
import { changed, kept, seen, taskOf } from '../fields.js'
import type { Principle, Probe } from '../principle.js'
import { absent, calls, eret, handler, irq, leave, makesTask, svc, switchTo, wholeCall } from '../scripts.js'

/** The kernel that a series is built on: what stands behind the @ of its identifier. */
export function baseOf(k: Kernel, all: readonly Kernel[]): Kernel | undefined {
  const at = k.id.lastIndexOf('@')
  return at < 0 ? undefined : all.find((x) => x.id === k.id.slice(at + 1))
}

interface Story { readonly name: string, readonly tasks: readonly TaskStart[], readonly script: Script, readonly who: TaskName, /** where native calls have been dispatched */ readonly call?: number | readonly number[] }
const one64: readonly TaskStart[] = [{ bits: 64 }]
const stories: readonly Story[] = [
  { name: 'an interrupt', tasks: one64, script: [irq('A'), eret('A')], who: 'A' },
  ...calls.filter((c) => !makesTask(c) && c !== 'sigreturn').map((c) => ({ name: `a native call (${c})`, tasks: one64, script: [...wholeCall('A', c), eret('A')], who: 'A' as const, call: 1 })),
  { name: 'a native call that is restarted', tasks: one64, script: [...wholeCall('A', 'other'), { kind: 'restart', task: 'A' }, eret('A')], who: 'A', call: 1 },
  { name: 'a native call, then a signal', tasks: one64, script: [...wholeCall('A', 'other'), { kind: 'signal', task: 'A' }, eret('A')], who: 'A', call: 1 },
  { name: 'a native call that goes on by restart_syscall', tasks: one64, script: [...wholeCall('A', 'other'), { kind: 'restart', task: 'A' }, eret('A'), ...wholeCall('A', 'other'), eret('A')], who: 'A', call: [1, 6] },
  ...(['errno', 'trap'] as const).map((action): Story => ({ name: `a native call that a filter refuses (${action})`, tasks: one64, script: [svc('A'), { kind: 'seccomp', task: 'A', action }, leave('A')], who: 'A', call: 1 })),
  { name: 'a native call for which a filter kills the task', tasks: one64, script: [svc('A'), { kind: 'seccomp', task: 'A', action: 'kill' }], who: 'A', call: 1 },
  { name: 'a native call that is traced', tasks: [{ bits: 64, TIF_SYSCALL_TRACE: true }], script: [svc('A'), { kind: 'trace_enter', task: 'A' }, { kind: 'resume', task: 'A' }, handler('A', 'other'), { kind: 'trace_exit', task: 'A' }, { kind: 'resume', task: 'A' }, leave('A')], who: 'A', call: 1 },
  { name: 'a signal, then a native call', tasks: one64, script: [irq('A'), { kind: 'signal', task: 'A' }, eret('A'), ...wholeCall('A', 'other'), eret('A')], who: 'A', call: 4 },
  { name: 'a native call, switched out in it', tasks: [{ bits: 64 }, { bits: 32 }], script: [svc('A'), switchTo('A', 'B'), switchTo('B', 'A'), handler('A', 'other'), leave('A'), eret('A')], who: 'A', call: 1 },
  ...(['clone', 'clone3'] as const).map((c): Story => ({ name: `a native ${c}`, tasks: [{ bits: 64 }, absent], script: [svc('A'), handler('A', c), switchTo('A', 'B'), eret('B')], who: 'B', call: 1 })),
  { name: 'a native ptrace request', tasks: [{ bits: 64 }, { bits: 64, stopped: true }], script: [svc('A'), { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }, leave('A'), eret('A')], who: 'A', call: 1 },
]

/** The same run on the kernel and on its base. The per-call flag is no part of the base's state. */
const compared = (base: Kernel) => ({ name, tasks, script, who, call }: Story): Probe => ({
  event: name, variant: '64-bit task', tasks, script,
  second: { label: `on ${base.name}`, kernel: () => base, tie: (path) => /\.compat_call$/.test(path) ? bool(false) : undefined },
  situation: ({ first, second }) => call === undefined ? bool(true) : and(...[call].flat().flatMap((i) => [first, second!].map((r) => is(taskOf(r.states[i]!, 'A').table, table.native)))),
  aspects: ({ first, second }) => {
    const [a, b] = [taskOf(last(first), who), taskOf(last(second!), who)]
    return [...changed(seen(b, last(second!).cpus[0]!), seen(a, last(first).cpus[0]!)), ...changed(kept(b, ['compat_call', 'at', 'x0', 'x1..x30', 'sp', 'pc', 'pstate', 'pstate.SS', 'V0..V15', 'V16..V31', 'FPSR, FPCR']), kept(a))]
  },
})

export const nativeAsMainline: Principle = {
  name: 'native-as-mainline',
  sentence: 'A native call on a patched kernel behaves as on the kernel it is built on.',
  probes: (k, all) => {
    const base = baseOf(k, all)
    return base === undefined ? [] : stories.map(compared(base))
  },
  says: (event, fields) => `${event} ends with another ${fields} than on the kernel without the patches`,
}
