/** What an event changed, for people. */
import type pc from 'picocolors'
import { describeEvent, type Event } from '../trace/events.js'
import type { State } from '../trace/state.js'
import { differences, type Difference } from '../trace/trace.js'
import { columns } from './columns.js'
import { pstateChanges } from './fields.js'
import { leafName, leafValue } from './leaf-names.js'

type Colours = ReturnType<typeof pc.createColors>

/** More changed elements of one list than this are told as one line. */
const FOLD = 6

export interface Change {
  /** path in the state, `tasks[0].pstate`; of a folded list `tasks[0].frame.words` */
  path: string
  name: string
  from: string
  to: string
  /** the fields of a PSTATE that changed */
  note: string
}

/** The changes of one event in declared order. `state`: the one afterwards. Long lists are folded unless `all`. */
export function changes(found: readonly Difference[], state: State, all = false): Change[] {
  const lists = new Map<string, Difference[]>()
  for (const d of found) lists.set(listOf(d.path), [...lists.get(listOf(d.path)) ?? [], d])
  return [...lists].flatMap(([list, members]) => all || members.length <= FOLD || list.endsWith('.regs') ? members.map((d) => change(d, state)) : [folded(list, members, state)])
}
const listOf = (path: string): string => /\[\d+\]$/.test(path) ? path.replace(/\[\d+\]$/, '') : path

function change(d: Difference, state: State): Change {
  const note = d.path.endsWith('.pstate') && typeof d.from === 'bigint' && typeof d.to === 'bigint' ? pstateChanges(d.from, d.to).join(', ') : ''
  return { path: d.path, name: leafName(d.path, state), from: leafValue(d.path, d.from), to: leafValue(d.path, d.to), note }
}

function folded(list: string, members: readonly Difference[], state: State): Change {
  const index = (d: Difference): number => Number(/\[(\d+)\]$/.exec(d.path)?.[1])
  const [first, last] = [members[0]!, members.at(-1)!]
  return { path: list, name: `${leafName(list, state)}[${index(first)}..${index(last)}]`, from: '', to: '', note: `${members.length} of them changed` }
}

/** One event and below it what it changed: `3  A: svc imm=0x1`, then `A.pstate  0x… → 0x…  DIT 0→1`. */
export function stepLines(number: number, event: Event, before: State, after: State, c: Colours, all = false): string[] {
  const found = changes(differences(before, after), after, all)
  return [
    `${c.bold(`${number}`.padStart(3))}  ${describeEvent(event)}`,
    ...(found.length === 0 ? ['       nothing changes'] : changeLines(found, c, '       ')),
  ]
}

export function changeLines(found: readonly Change[], c: Colours, indent: string): string[] {
  return columns(found.map((x) => [x.name, x.from === '' ? x.note : `${x.from} → ${c.yellow(x.to)}${x.note === '' ? '' : `  ${c.dim(x.note)}`}`]), indent)
}
