/** A run as a scenario file: what soak and random runs leave of a failure, and what `arm64-compat run` takes. */
import type { Event } from '../trace/events.js'
import { defaultConfig, place, taskNames, type Config, type State } from '../trace/state.js'
import type { Difference } from '../trace/trace.js'
import { diff } from './diff.js'
import { kernelOf } from './kernels.js'
import { startState } from './start.js'

export interface WrittenRun {
  /** lower-case letters, digits, _ . - */
  readonly name: string
  readonly about: string
  readonly kernel: string
  readonly config: Config
  readonly start: State
  readonly events: readonly Event[]
  /** what must be seen at the end: values at paths of the state */
  readonly see?: readonly { readonly path: string, readonly value: bigint | boolean }[]
}

/** The text of the file. */
export function scenarioText(r: WrittenRun): string {
  const { tasks, assume } = startOf(r)
  const off = Object.entries(r.config).filter(([k, v]) => v !== defaultConfig[k as keyof Config])
  return [
    `scenario: ${r.name}`,
    `about: ${JSON.stringify(r.about)}`,
    `kernels: [${r.kernel}]`,
    ...(off.length === 0 ? [] : [`configs: [${flow(off)}]`]),
    ...(r.start.cpus.length === 1 ? [] : [`cpus: ${r.start.cpus.length}`]),
    `tasks: ${flow(tasks)}`,
    ...(assume.length === 0 ? [] : ['assume:', ...assume.map(([name, v]) => `  ${name}: ${v}`)]),
    'steps:',
    ...r.events.map((e) => `  - ${flow(stepOf(e))}`),
    ...(r.see === undefined || r.see.length === 0 ? [] : [`  - see: ${flow(r.see.map(({ path, value }) => [nameOf(path), shown(value)]))}`]),
  ].join('\n') + '\n'
}

/** What a difference between simulator and model comes to as an expectation: the model's values. */
export const expectationOf = (differences: readonly Difference[]): { path: string, value: bigint | boolean }[] => differences.map((d) => ({ path: d.path, value: d.to }))

type Entries = readonly (readonly [string, string | boolean])[]
const flow = (entries: Entries): string => `{${entries.map(([k, v]) => `${k}: ${v}`).join(', ')}}`
const shown = (v: bigint | boolean): string => typeof v === 'boolean' ? String(v) : v < 10n ? String(v) : `0x${v.toString(16)}`

/** `tasks[1].regs[3]` → `B.x3`, `tasks[0].frame.words[5]` → `A.frame+20`, `cpus[1].TPIDR_EL0` → `cpu1.TPIDR_EL0`. */
function nameOf(path: string): string {
  const [, list, index, rest] = /^(tasks|cpus)\[(\d+)\]\.(.*)$/.exec(path) ?? []
  return list === 'cpus' ? `cpu${index}.${rest}` : `${taskNames[Number(index)]}.${fieldName(rest ?? path)}`
}

const fieldName = (path: string): string => path.replace(/^regs\[(\d+)\]$/, 'x$1').replace(/^vregs\[(\d+)\]$/, 'v$1').replace(/^(frame|buf)\.words\[(\d+)\]$/, (_, which, i) => `${which}+${4 * Number(i)}`)

/** Which tasks there are, and everything in which the start is not what tasks right after exec are. */
function startOf({ kernel, config, start }: WrittenRun): { tasks: Entries, assume: Entries } {
  const widths = start.tasks.map((t, i) => t.at === place.absent && !start.cpus.some((c) => c.current === BigInt(i)) ? 0 : t.TIF_32BIT ? 32 : 64)
  const plain = startState(widths, config, start.cpus.length)
  widths.forEach((w, i) => { if (w !== 0) kernelOf(kernel).setPersonality(plain.tasks[i]!, w) })
  const short = new Map<string, string>()
  const tasks = widths.map((w, i) => {
    const t = start.tasks[i]!, extra: [string, boolean][] = []
    if (w !== 0 && t.stopped) extra.push(['stopped', true])
    if (w !== 0 && t.TIF_SINGLESTEP) extra.push(['singlestep', true])
    for (const [k] of extra) short.set(`tasks[${i}].${k === 'stopped' ? 'stopped' : 'TIF_SINGLESTEP'}`, k)
    return [taskNames[i]!, w === 0 ? 'absent' : extra.length === 0 ? String(w) : flow([['bits', String(w)], ...extra])] as const
  })
  const assume = diff(plain, start).filter((d) => !short.has(d.path)).map((d) => [nameOf(d.path), shown(d.to)] as const)
  return { tasks, assume }
}

/** The fields of a step: who does what, then every parameter that is not what is left out. */
function stepOf(e: Event): Entries {
  const given = (fields: Record<string, bigint | boolean | string | undefined>): Entries =>
    Object.entries(fields).flatMap(([k, v]) => v === undefined || v === 0n || v === false ? [] : [[k, typeof v === 'string' ? v : shown(v)] as const])
  switch (e.kind) {
    case 'user': return [[e.task, 'set'], ['with', flow(Object.entries(e.set).map(([path, v]) => [fieldName(path), shown(v)] as const))]]
    case 'switch': return [[e.from, 'switch'], ['to', e.to]]
    case 'resume': return [[e.task, 'resume'], ...given({ request: e.with })]
    case 'seccomp': return [[e.task, 'seccomp'], ['action', e.action], ...given({ data: e.data })]
    case 'svc': case 'irq': case 'step': {
      const { kind, task, ...rest } = e
      return [[task, kind], ...given(rest)]
    }
    case 'handler': return [[e.task, e.call === 'other' ? 'call' : e.call], ...handlerFields(e)]
    case 'signal': {
      const { kind, task, ...rest } = e
      // 0 is no default here
      return [[task, kind], ...Object.entries(rest).map(([k, v]) => [k, shown(v)] as const)]
    }
    default: return [[e.task, e.kind]]
  }

  function handlerFields(h: Extract<Event, { kind: 'handler' }>): Entries {
    switch (h.call) {
      case 'sigreturn': case 'rt_sigreturn': return [['si_code', shown(h.si_code)], ...residueField(h.residue)]
      case 'ptrace': return [['target', h.target]]
      case 'clone': case 'clone3': return [['child', h.child]]
      case 'execve': return [['bits', String(h.bits)]]
      case 'other': return given({ returns: h.result, restart_fn: h.restart })
      case 'mmap': return given({ returns: h.result })
      case 'ni': case 'tagged_addr': return []
    }
  }
}

function residueField(residue: readonly bigint[]): Entries {
  if (residue.every((v) => v === residue[0])) return residue[0] === 0n ? [] : [['residue', shown(residue[0]!)]]
  return [['residue', flow(residue.flatMap((v, i) => v === 0n ? [] : [[`v${i}`, shown(v)] as const]))]]
}

