// Faults put into the model, one at a time; `explore` has to find each, under the principle and in the field that are named. `kernel`: where it looks.
// `replace`: text of a compiled file below dist/model (it stands there once) and what takes its place; `says`: what kernel `k` says instead.
// The first two are faults that mainline once had, put back into a kernel that has their repair; the others are one a principle.
const says = (file, properties) => ({ file: `kernels/${file}.js`, properties })
const replace = (file, from, to) => ({ file, from, to })

export const faults = [
  { name: '67ab51cbdfee undone: with KPTI the switch leaves TPIDRRO_EL0 alone', change: says('v7.3', 'tlsSwitchLeavesTpidrroToKpti: true'), kernel: 'v7.3', principle: 'isolation', field: 'TPIDRRO_EL0' },
  { name: 'df84fe947089 undone: a traced call -1 is put to no filter', change: says('v7.3', 'skipsBeforeSeccomp: true'), kernel: 'v7.3', principle: 'tracing', field: 'the seccomp filter' },
  { name: 'the switch does not load TPIDR_EL0', change: replace('tasks/tls.js', 'cpu.TPIDR_EL0 = taskUserTls(k, next);', ''), kernel: 'v7.3', principle: 'disclosure', field: 'TPIDR_EL0' },
  { name: 'the switch does not save TPIDR_EL0', change: replace('tasks/tls.js', "tlsPreserveCurrentState(k, cpu, prev);\n    const compat = asks(k, 'tls_thread_switch', next);", "const compat = asks(k, 'tls_thread_switch', next);"), kernel: 'v7.3', principle: 'scheduling', field: 'TPIDR_EL0' },
  { name: 'a native tracer is shown 0 for sp', change: replace('syscalls/regsets.js', 'get: (t) => [...t.regs, t.sp, t.pc, t.pstate]', 'get: (t) => [...t.regs, bv(64, 0), t.pc, t.pstate]'), kernel: 'v7.3', principle: 'written-back', field: 'sp' },
  { name: 'gpr_set commits what valid_user_regs refuses', change: replace('syscalls/regsets.js', 'const commit = and(not(fault), checked.ok);', 'const commit = not(fault);'), kernel: 'v7.3', principle: 'failed-request', field: 'x0 of the tracee' },
  { name: 'audit is told AARCH64 of a 32-bit task', change: says('v7.3', "sites: { ...v612.sites, 'syscall_get_arch': 'never' }"), kernel: 'v7.3', principle: 'views', field: 'AUDIT_ARCH' },
  { name: 'task_user_tls asks is_compat_task of RFC v2', change: replace('kernels/rfc-v2.js', "'task_user_tls': 'is_aarch32_compat_task'", "'task_user_tls': 'is_compat_task'"), kernel: 'rfc-v2', principle: 'both-ends', field: 'task_user_tls' },
  { name: 'el0_svc_common does not clear the flag', change: says('rfc-v2', 'flag: { clearedByCommon: false, clearedByDispatcher: false, afterExec: () => False, setFor32: false }'), kernel: 'rfc-v2', principle: 'call-flag', event: 'after other', field: 'per-call flag' },
  { name: 'setup_restart_syscall puts 128 into r7', change: replace('tasks/do-signal.js', 'bv(64, compat.restart_syscall)', 'bv(64, 128)'), kernel: 'v7.3', principle: 'restart', field: 'number' },
  { name: 'the series takes BTI out of signal delivery', change: says('rfc-v2', 'hasBti: false'), kernel: 'rfc-v2', principle: 'native-as-mainline', field: 'PSTATE' },
  { name: 'syscall_get_arch asks is_aarch32_compat_task', change: replace('kernels/rfc-v2.js', "'do_ni_syscall': 'is_aarch32_compat_task',", "'do_ni_syscall': 'is_aarch32_compat_task', 'syscall_get_arch': 'is_aarch32_compat_task',"), kernel: 'rfc-v2', principle: 'fake-as-compat', field: 'AUDIT_ARCH' },
  { name: 'exec leaves the vector registers', change: replace('tasks/exec.js', 't.vregs = t.vregs.map(() => bv(128, 0));', ''), kernel: 'v7.3', principle: 'from-user', field: 'V0..V15' },
  { name: 'invoke_syscall does not cut the result of a compat call', change: says('v7.3', 'truncatesResult: false, everyResultBySetReturnValue: false'), kernel: 'v7.3', principle: 'width', event: 'a call (other)', field: 'x0' },
]
