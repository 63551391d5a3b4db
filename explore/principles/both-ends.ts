import { and, xor } from '../../model/terms/build.js'
import { asks, type Site } from '../../model/index.js'
import { at } from '../../proofs/observe.js'
import { last, type Script, type TaskStart } from '../../proofs/run.js'
import { inFake } from '../cases.js'
import { taskOf } from '../fields.js'
import type { Principle, Probe } from '../principle.js'
import { absent, calls, eret, handler, irq, makesTask, named, operation, svc, switchTo, widths, type Call, type Width } from '../scripts.js'

/** Places that ask about the call that a task is in: the same from its entry to its exit. */
const ofTheCall: readonly Site[] = [
  'arch_trace_is_compat_syscall', 'syscall_get_error', 'syscall_set_return_value', 'syscall_get_arch', 'tracehook_report_syscall', 'invoke_syscall', 'in_compat_syscall (generic)',
]
/** Places that set something up when a task comes to a CPU (or a call begins), and take it down when it goes. */
const atSwitches: readonly Site[] = ['task_user_tls', 'tls_thread_switch', 'erratum_1418040_thread_switch']
/** Places that ask about the task itself, whatever it is doing. */
const ofTheTask: readonly Site[] = [
  'STACK_RND_MASK', 'TASK_SIZE', 'task_user_tls', 'sve_set_current_vl', 'do_sve_acc', 'is_compat_bp', 'perf_reg_abi', 'ptrauth_prctl_reset_keys', 'tls_thread_flush',
  'copy_thread', 'tls_thread_switch', 'erratum_1418040_thread_switch', 'arch_setup_new_exec', 'set_tagged_addr_ctrl', 'ptrace_hbptriggered', 'task_user_regset_view: target',
  'valid_user_regs', 'handle_signal', 'do_sme_acc', 'sme_set_current_vl', 'ptrauth_set_enabled_keys', 'task_cpu_possible_mask', 'set_tsc_mode',
]

/** What the places say of A in two states of a run. */
const probe = (event: string, tasks: readonly TaskStart[], script: Script, sites: readonly Site[], from: number, bits: Width): Probe => ({
  event, variant: `${named(bits)} task`, tasks, script,
  aspects: ({ first, kernel }) => {
    const [a, b] = [taskOf(first.states[from]!, 'A'), taskOf(last(first), 'A')]
    return sites.map((s) => ({ field: s, broken: xor(asks(kernel, s, a), asks(kernel, s, b)) }))
  },
  cases: ({ first }) => first.states.flatMap((s, i) => script[i - 1]?.kind === 'svc' ? [inFake('the task', taskOf(s, 'A'))] : []).slice(0, 1),
})
const during = (bits: Width, call: Call): Probe => probe(`between entry and exit of a call (${call})`, [{ bits }, ...makesTask(call) ? [absent] : []], [svc('A'), handler('A', call)], ofTheCall, 1, bits)
const onCpu = (bits: Width, what: string, acts: Script): Probe =>
  probe(`between a switch to the task and one away from it, ${what}`, [{ bits }, { bits: 64 }], [irq('A'), switchTo('A', 'B'), switchTo('B', 'A'), eret('A'), ...acts], atSwitches, 3, bits)
/** A question about the task has the same answer in a call and out of it. */
const inAndOut = (bits: Width, what = 'a call', more: Script = []): Probe => ({ ...probe(`between user space and ${what}`, [{ bits }], [svc('A'), ...more], ofTheTask, 0, bits), situation: ({ first }) => and(at(taskOf(last(first), 'A'), 'entered')) })

export const bothEnds: Principle = {
  name: 'both-ends',
  sentence: 'A predicate that decides both the beginning and the end of something says the same at both.',
  probes: (k) => widths.flatMap((w) => [
    ...calls.map((c) => during(w, c)),
    onCpu(w, 'which is preempted in a call', [svc('A')]),
    ...(['other', 'execve 64', 'execve 32'] as const).map((c) => onCpu(w, `which is in a call (${c})`, [svc('A'), handler('A', c)])),
    inAndOut(w),
    ...k.flag.ofModule && w === 64 ? [
      inAndOut(w, 'an operation of the module', [operation('A')]), onCpu(w, 'which is in an operation of the module', [svc('A'), operation('A')]),
      probe('between the entry of a call and an operation of the module in it', [{ bits: w }], [svc('A'), operation('A')], ofTheCall, 1, w)] : [],
  ]),
  says: (event, fields) => `${event}, what ${fields} asks gets another answer`,
}
