/** Names that people know for the leaves of the state and for their values. */
import { place, restartFn, table, taskNames, view, type State } from '../trace/state.js'

const inverse = (o: Readonly<Record<string, bigint>>): ReadonlyMap<bigint, string> => new Map(Object.entries(o).map(([k, v]) => [v, k]))
const enumerations: Readonly<Record<string, ReadonlyMap<bigint, string>>> = {
  at: inverse(place), table: inverse(table), view: inverse(view), restart_fn: inverse(restartFn),
  // include/uapi/linux/audit.h
  audit_arch: new Map([[0n, 'none'], [0x40000028n, 'AUDIT_ARCH_ARM'], [0xc00000b7n, 'AUDIT_ARCH_AARCH64']]),
  syscallno: new Map([[0xffffffffn, 'NO_SYSCALL']]),
  // asm-generic/signal.h
  signo: new Map([[0n, 'none'], [4n, 'SIGILL'], [5n, 'SIGTRAP'], [7n, 'SIGBUS'], [9n, 'SIGKILL'], [10n, 'SIGUSR1'], [11n, 'SIGSEGV'], [12n, 'SIGUSR2'], [14n, 'SIGALRM'], [15n, 'SIGTERM'], [17n, 'SIGCHLD']]),
}
/** asm-generic/errno-base.h, errno.h; include/linux/errno.h. */
const errnos: Readonly<Record<number, string>> = {
  1: 'EPERM', 2: 'ENOENT', 3: 'ESRCH', 4: 'EINTR', 5: 'EIO', 9: 'EBADF', 12: 'ENOMEM', 13: 'EACCES', 14: 'EFAULT', 22: 'EINVAL', 38: 'ENOSYS', 95: 'EOPNOTSUPP',
  512: 'ERESTARTSYS', 513: 'ERESTARTNOINTR', 514: 'ERESTARTNOHAND', 516: 'ERESTART_RESTARTBLOCK',
}

/** `tasks[1].regs[3]` → `B.x3` (`B.r3` for a 32-bit task); `cpus[0].TPIDR_EL0` → `TPIDR_EL0` where there is one CPU. */
export function leafName(path: string, state: State): string {
  const task = /^tasks\[(\d+)\]\.(.*)$/.exec(path)
  if (task !== null) {
    const index = Number(task[1])
    const letter = state.tasks[index]?.TIF_32BIT === true ? 'r' : 'x'
    return `${taskNames[index] ?? `task ${index}`}.${task[2]!.replace(/^regs\[(\d+)\]$/, `${letter}$1`).replace(/^vregs\[(\d+)\]$/, 'v$1')}`
  }
  const cpu = /^cpus\[(\d+)\]\.(.*)$/.exec(path)
  return cpu === null ? path : state.cpus.length === 1 ? cpu[2]! : `cpu${cpu[1]}.${cpu[2]}`
}

/** `0x7` and, where the leaf has names for its values, the name: `el0`, `-EFAULT`, `NO_SYSCALL`. */
export function leafValue(path: string, value: bigint | boolean): string {
  if (typeof value === 'boolean') return String(value)
  const leaf = /([a-zA-Z_0-9]+)(\[\d+\])?$/.exec(path)
  const name = leaf === null ? undefined : leaf[1] === 'current' ? taskNames[Number(value)] : enumerations[leaf[1]!]?.get(value)
  if (name !== undefined) return name
  const hex = `0x${value.toString(16)}`
  const errno = path.endsWith('.regs[0]') ? errnoName(value) : undefined
  return errno === undefined ? hex : `${hex} (-${errno})`
}

/** The errno of a 64-bit, or zero-extended 32-bit, negative result. */
function errnoName(value: bigint): string | undefined {
  const n = value >> 32n === 0n ? BigInt.asIntN(32, value) : BigInt.asIntN(64, value)
  return n < 0n && n >= -516n ? errnos[Number(-n)] : undefined
}
