/** The shape of a scenario file. docs/scenarios.md explains it; the JSON Schema is derived from here. */
import { z } from 'zod'

/** A number, a name (`SIGSEGV`, `-EINVAL`, `el0`), or a truth value. */
const value = z.union([z.bigint(), z.string().max(200), z.boolean()])
const writes = z.record(z.string().max(100), value)
const bits = z.union([z.literal(32n), z.literal(64n)])
const task = z.union([bits, z.literal('absent'), z.strictObject({ bits, stopped: z.boolean().optional(), singlestep: z.boolean().optional() })])

export const verbs = [
  'set', 'svc', 'irq', 'sigreturn', 'rt_sigreturn', 'ptrace', 'ni', 'clone', 'clone3', 'step', 'execve', 'call', 'leave', 'signal', 'restart', 'die', 'eret', 'switch', 'stop', 'resume', 'syscall', 'mmap', 'tagged_addr', 'seccomp', 'trace_enter', 'trace_exit', 'skip', 'module',
] as const
const verb = z.enum(verbs)

const step = z.strictObject({
  /** who does what */
  A: verb.optional(), B: verb.optional(), C: verb.optional(), D: verb.optional(),
  /** what `set` and `syscall` write first */
  with: writes.optional(),
  imm: value.optional(), upper: value.optional(), mte_async_fault: z.boolean().optional(),
  si_code: value.optional(),
  /** what lay on the kernel stack where nothing is initialised: every V register, or one by one */
  residue: z.union([value, z.record(z.string().regex(/^v(\d|[12]\d|3[01])$/), value)]).optional(),
  target: z.enum(['A', 'B', 'C', 'D']).optional(), child: z.enum(['A', 'B', 'C', 'D']).optional(),
  bits: bits.optional(), returns: value.optional(), restart_fn: value.optional(), to: z.enum(['A', 'B', 'C', 'D']).optional(),
  signo: value.optional(), handler: value.optional(), flags: value.optional(), restorer: value.optional(), sigtramp: value.optional(),
  /** of seccomp: what the filter says, and its data; of resume: the tracer's request */
  action: z.enum(['errno', 'trap', 'kill']).optional(), data: value.optional(), request: z.enum(['cont', 'syscall', 'singlestep']).optional(),
  /** the step must be refused */
  impossible: z.boolean().optional(),
  /** the step is for these kernels only, or for all but these */
  on: z.array(z.string().max(100)).optional(), not_on: z.array(z.string().max(100)).optional(),
  /** what must be seen now */
  see: writes.optional(),
  /** what must be as it was at the last `mark` (else at the start): names, ranges like A.x1-x30 */
  unchanged: z.array(z.string().max(100)).optional(),
  mark: z.literal(true).optional(),
})

export const scenarioSchema = z.strictObject({
  scenario: z.string().regex(/^[a-z0-9][a-z0-9_.-]*$/, 'a name of lower-case letters, digits, _ . -'),
  about: z.string().min(1).max(2000),
  from: z.string().max(500).optional(),
  /** where it runs; left out: every kernel */
  kernels: z.array(z.string().max(100)).min(1).optional(),
  /** kernels on which it does not hold, each with the reason */
  differs: z.record(z.string().max(100), z.string().min(1).max(500)).optional(),
  /** settings off their default; the scenario runs once for each */
  configs: z.array(z.partialRecord(z.enum(['kpti', 'aarch32_el0', 'mixed_endian_el0', 'dit', 'ssbs', 'bti', 'mte', 'erratum_1418040']), z.boolean())).min(1).optional(),
  tasks: z.partialRecord(z.enum(['A', 'B', 'C', 'D']), task),
  /** how many CPUs there are (1); the first so many tasks run at the start, one on each */
  cpus: z.union([z.literal(1n), z.literal(2n), z.literal(3n), z.literal(4n)]).optional(),
  /** what the start state has beyond that: names like A.pstate, cpu1.TPIDR_EL0 */
  assume: writes.optional(),
  steps: z.array(step).min(1).max(1000),
})

export type ScenarioFile = z.infer<typeof scenarioSchema>
export type Step = ScenarioFile['steps'][number]
