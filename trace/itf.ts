/**
 * Traces as ITF, the JSON trace format of Apalache and Quint. Variables `event`, `cpus`, `tasks`; `event` of a state is
 * the event that led to it, `{"kind": "init"}` in the first. `#meta` of the file has, under `arm64-compat`, the kernel,
 * the configuration and the rest of the head; `#meta` of a state has the hexadecimal forms of its non-zero integers,
 * for people: they are not read. docs/traces.md.
 */
import { z } from 'zod'
import { UsageError } from './errors.js'
import { eventSchema, type Event } from './events.js'
import { itfForm, toForm } from './itf-form.js'
import { oneLine } from './issue.js'
import { schema, traceHeadSchema } from './schema.js'
import { leaves } from './spec.js'
import { cpuSpec, specOf, taskNames, taskSpec, type Cpu, type State, type Task } from './state.js'
import { keepsFromAArch64, type Trace } from './trace.js'

const init = z.strictObject({ kind: z.literal('init') })
const initOrEvent: z.ZodType<Event | z.infer<typeof init>> = z.union([init, ...eventSchema.options])
const vars = ['event', 'cpus', 'tasks']

/** More states than any run has that is worth keeping. */
const MOST_STATES = 10_000

const stateForm = z.strictObject({
  '#meta': z.looseObject({}).optional(),
  event: itfForm(initOrEvent) as z.ZodType<Event | z.infer<typeof init>>,
  cpus: z.array(itfForm(schema(cpuSpec)) as z.ZodType<Cpu>).min(1).max(4),
  tasks: z.array(itfForm(schema(taskSpec)) as z.ZodType<Task>).min(1).max(taskNames.length),
})

/** The file, in its JSON form. */
export const itfSchema = z.strictObject({
  '#meta': z.looseObject({ 'arm64-compat': traceHeadSchema.extend({ version: z.literal(1) }) }),
  params: z.array(z.string()).max(0).optional(),
  vars: z.array(z.string()).refine((v) => v.length === vars.length && vars.every((x) => v.includes(x)), { error: `expected ${JSON.stringify(vars)}` }),
  states: z.array(stateForm).min(1).max(MOST_STATES),
})

/** The trace as a JSON value. */
export function toItf(trace: Trace): Record<string, unknown> {
  const { states, events, ...head } = trace
  return {
    '#meta': {
      format: 'ITF', 'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
      'arm64-compat': { version: 1, ...head },
    },
    vars,
    states: states.map((state, i) => ({
      '#meta': { index: i, hex: hexForms(state) },
      event: i === 0 ? { kind: 'init' } : toForm(events[i - 1]),
      cpus: toForm(state.cpus), tasks: toForm(state.tasks),
    })),
  }
}

function hexForms(state: State): Record<string, string> {
  const out: Record<string, string> = {}
  for (const { path, value } of leaves(specOf(state), state)) if (typeof value === 'bigint' && value !== 0n) out[path] = `0x${value.toString(16)}`
  return out
}

/** Reads a trace from its JSON value. Throws `E_TRACE`, one line that names file and place. */
export function fromItf(json: unknown, file = 'trace'): Trace {
  const read = itfSchema.safeParse(json)
  if (!read.success) throw new UsageError('E_TRACE', `${file}: ${oneLine(read.error)}`)
  const { version: _, ...head } = read.data['#meta']['arm64-compat']
  const first = read.data.states[0]!
  const events: Event[] = []
  const states = read.data.states.map(({ event, cpus, tasks }, i) => {
    if (event.kind === 'init') {
      if (i > 0) throw new UsageError('E_TRACE', `${file}: states[${i}].event: 'init' stands in the first state only`)
    } else if (i === 0) throw new UsageError('E_TRACE', `${file}: states[0].event: the first state has the event {"kind": "init"}`)
    else events.push(event)
    if (cpus.length !== first.cpus.length || tasks.length !== first.tasks.length) throw new UsageError('E_TRACE', `${file}: states[${i}]: has ${cpus.length} cpus and ${tasks.length} tasks, the first state ${first.cpus.length} and ${first.tasks.length}`)
    return { cpus, tasks }
  })
  events.forEach((e, i) => { if (keepsFromAArch64(states[i]!, e)) throw new UsageError('E_TRACE', `${file}: states[${i + 1}].event.upper: 0 is expected of an exception from AArch64`) })
  return { ...present(head), states, events }
}

/** The same record without the keys whose value is undefined. */
function present<T extends object>(o: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }
}

/** Reads a trace from the text of a file. Throws `E_TRACE_JSON` or `E_TRACE`. */
export function parseItf(text: string, file = 'trace'): Trace {
  let json: unknown
  try { json = JSON.parse(text) } catch (e) {
    throw new UsageError('E_TRACE_JSON', `${file}: not JSON: ${e instanceof Error ? e.message : String(e)}`)
  }
  return fromItf(json, file)
}

/** The text of a trace file: what fits on a line stands on one. */
export const itfText = (trace: Trace): string => layOut(toItf(trace), '') + '\n'

function layOut(value: unknown, indent: string): string {
  const flat = JSON.stringify(value)
  if (typeof value !== 'object' || value === null || flat.length + indent.length <= 110) return flat
  const inner = `${indent} `
  const items = Array.isArray(value) ? value.map((v) => inner + layOut(v, inner))
    : Object.entries(value).map(([k, v]) => `${inner}${JSON.stringify(k)}: ${layOut(v, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${items.join(',\n')}\n${indent}${close}`
}
