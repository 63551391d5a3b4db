/** The run that explain shows, event by event, for people; at most 100 columns. */
import type pc from 'picocolors'
import { leaves } from '../trace/spec.js'
import { defaultConfig, specOf, taskNames, type State, type TaskName } from '../trace/state.js'
import { differences, type Trace } from '../trace/trace.js'
import type { AxisDependence } from '../proofs/explain.js'
import { decisive } from '../proofs/explain.js'
import { variableName } from '../proofs/run.js'
import { eventWords, frameWord } from './event-words.js'
import type { Told } from './explanation.js'
import { userspaceWords } from './explanation.js'
import { leafName } from './leaf-names.js'
import { describePstate } from './fields.js'
import { changes, type Change } from './steps.js'
import { wrap } from './wrap.js'

type Colours = ReturnType<typeof pc.createColors>
export const WIDTH = 100

export function toldRun(told: Told, c: Colours): string[] {
  const { decision: d } = told
  const kind = !decisive(d) ? 'A run that reaches the situation' : d.quantifier === 'forall' ? 'The smallest counterexample' : 'The smallest such run'
  return [
    c.bold(`${kind}: ${d.kernel.name}, ${userspaceWords[d.userspace]}`),
    ...(d.shape === undefined ? [] : wrap(d.shape.name, WIDTH, '  of the kind: ').map((l) => c.dim(l))),
    ...d.traces.flatMap((t, i) => [
      ...(d.traces.length === 1 ? [] : ['', c.bold(`  ${i === 0 ? 'First run' : `Second run: ${d.shape?.second?.label ?? t.kernel}`}`)]),
      ...oneRun(t, c),
      ...replayLine(told.replays[i]!, t, c),
    ]),
    '',
    ...config(d, told.axes),
    ...matters(told),
  ]
}

const replayLine = (r: Told['replays'][number], t: Trace, c: Colours): string[] =>
  [r.ok === true ? c.green(`  replayed on the simulator: yes, ${t.events.length} ${t.events.length === 1 ? 'event' : 'events'}, the whole state equal after each`) : c.yellow(`  replayed: no, ${r.reason}`)]

/** One run, event by event. */
export function oneRun(t: Trace, c: Colours): string[] {
  return [
    `  starts ${t.start === 'exec' ? `right after exec: ${t.states[0]!.tasks.map((x, i) => x.at === 0n ? `${taskNames[i]} does not exist yet` : `${taskNames[i]} is a ${x.TIF_32BIT ? 32 : 64}-bit task`).join(', ')}` : 'from an assumed state (well-formed, but no run from exec to it is known)'}`,
    ...t.events.flatMap((e, i) => {
      const [before, after] = [t.states[i]!, t.states[i + 1]!]
      const found = changes(differences(before, after), after)
      const who = e.kind === 'switch' ? e.from : e.task
      return [
        ...wrap(eventWords(e, before, after), WIDTH, `${`${i + 1}`.padStart(4)}  ${who}: `).map((l) => l.replace(/^ *\d+ {2}[A-D]:/, (head) => c.bold(head))),
        ...changed(found, t, c),
      ]
    }),
  ]
}

/** Changed leaves under each other, the words of a frame named. Long ones go on in the next line. */
function changed(found: readonly Change[], t: Trace, c: Colours): string[] {
  if (found.length === 0) return [c.dim('        nothing changes')]
  const named = found.map((x) => ({ ...x, name: withMeaning(x.path, x.name, t) }))
  const width = Math.min(34, Math.max(...named.map((x) => x.name.length)))
  return named.flatMap((x) => {
    const lead = `        ${x.name.padEnd(width)}  `
    if (x.from === '') return [lead + x.note]
    const note = x.note === '' && x.path.endsWith('.pstate') ? describePstate(BigInt(x.to)) : x.note
    const plain = `${lead}${x.from} → ${x.to}`
    const line = `${lead}${x.from} → ${c.yellow(x.to)}`
    if (note === '') return [line]
    return plain.length + 2 + note.length <= WIDTH ? [`${line}  ${c.dim(note)}`] : [line, ...wrap(note, WIDTH, ' '.repeat(lead.length)).map((l) => c.dim(l))]
  })
}

/** `A.frame.words[56] (arm_cpsr)`. */
function withMeaning(path: string, name: string, t: Trace): string {
  const word = /^tasks\[(\d)\]\.frame\.words\[(\d+)\]$/.exec(path)
  const meaning = word === null ? undefined : frameWord(t, taskNames[Number(word[1])]!)(Number(word[2]))
  return meaning === undefined ? name : `${name} (${meaning})`
}

function config(d: Told['decision'], axes: readonly AxisDependence[]): string[] {
  const off = Object.entries(d.traces[0]!.config).filter(([k, v]) => v !== defaultConfig[k as keyof typeof defaultConfig]).map(([k, v]) => v ? k : `no ${k}`)
  return [
    `  config off its default: ${off.length === 0 ? 'nothing' : off.join(', ')}`,
    // a run that only reaches the situation says nothing of the other configurations
    ...(!decisive(d) ? [] : axes.length === 0 ? ['  the verdict depends on no config axis'] : axes.map((a) => `  the verdict depends on ${a.axis}: ${a.otherwise} with ${a.axis} ${a.needs ? 'off' : 'on'}`)),
  ]
}

/** What the inputs of the query may be, each by itself, the others kept. */
function matters(told: Told): string[] {
  const { decision: d } = told
  const trace = d.traces[0]!
  const before = trace.events.length - (d.shape?.script.length ?? trace.events.length)
  const named = (names: readonly string[]): string => {
    const plain = new Map(inOrder(names.filter((n) => !n.startsWith('config.')), trace.states[0]!).map((n) => [inputName(n, trace, before), n]))
    return ranges([...plain.keys()]).map((shown) => shown + meaningOf(plain.get(shown), trace)).join(', ')
  }
  const [needed, wellFormed, free] = [named(told.matters.needed), named(told.matters.wellFormed), named(d.irrelevant)]
  return [
    ...wrap(needed === '' ? 'none' : needed, WIDTH, '  inputs that matter: '),
    ...(wellFormed === '' ? [] : wrap(wellFormed, WIDTH, '  well-formed, else any value: ')),
    ...wrap(`${free === '' ? '' : `${free}, and `}every input not named here`, WIDTH, '  any value at all: '),
  ]
}

/** Declared order: the state's leaves, then the events' numbers, then what the second run has for itself; whatever order the query was built in. */
function inOrder(names: readonly string[], state: State): string[] {
  const leaf = new Map(leaves(specOf(state), state).map((l, i) => [variableName(l.path), i]))
  const key = (name: string): [number, number, string] => {
    const plain = name.replace(/^second\./, '')
    const event = /^e(\d+)\./.exec(plain)
    return [name === plain ? 0 : 1, event === null ? leaf.get(plain) ?? leaf.size : leaf.size + 1 + Number(event[1]), plain.replace(/\d+/g, (n) => n.padStart(4, '0'))]
  }
  return names.map((name) => ({ name, key: key(name) }))
    .sort((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1] || (a.key[2] < b.key[2] ? -1 : a.key[2] > b.key[2] ? 1 : 0)).map((x) => x.name)
}

/** `A.regs[3]` → `A.x3`, `e1.imm` → `imm of step 3` where one step comes before the decided run. */
function inputName(name: string, trace: Trace, before: number): string {
  const second = name.startsWith('second.') ? 'the second run\'s ' : ''
  const plain = name.replace(/^second\./, '')
  const event = /^e(\d+)\.(.*)$/.exec(plain)
  if (event !== null) {
    const step = Number(event[1]) + before
    const e = trace.events[step]
    const written = /^set\.(.*)$/.exec(event[2]!)?.[1]
    const what = written === undefined || e?.kind !== 'user' ? event[2]! : leafName(`tasks[${taskNames.indexOf(e.task)}].${written}`, trace.states[0]!)
    return `${second}${what} of step ${step + 1}`
  }
  const i = taskNames.indexOf(plain[0] as TaskName)
  const path = plain.replace(/^cpu\./, 'cpus[0].').replace(/^([A-D])\./, `tasks[${i}].`)
  return second + leafName(path, trace.states[0]!)
}

/** ` (arm_cpsr)` for the input of that name, where it is a word of a frame that has a meaning. */
function meaningOf(name: string | undefined, t: Trace): string {
  const word = name === undefined ? null : /^(?:second\.)?([A-D])\.frame\.words\[(\d+)\]$/.exec(name)
  const meaning = word === null ? undefined : frameWord(t, word[1] as TaskName)(Number(word[2]))
  return meaning === undefined ? '' : ` (${meaning})`
}

/** `x0, x1, x2, x5` → `x0..x2, x5`: names that count on. */
export function ranges(names: readonly string[]): string[] {
  const parts = names.map((n) => /^(.*?)(\d+)(\]?(?: of step \d+)?)$/.exec(n))
  const out: string[] = []
  for (let i = 0; i < names.length; i++) {
    const p = parts[i]
    let j = i
    if (p !== null && p !== undefined) while (parts[j + 1]?.[1] === p[1] && parts[j + 1]?.[3] === p[3] && Number(parts[j + 1]![2]) === Number(p[2]) + j + 1 - i) j++
    out.push(j > i + 1 ? `${names[i]!.replace(/\]$/, '')}..${parts[j]![2]}${p![3]}` : names[i]!)
    if (j === i + 1) out.push(names[j]!)
    i = j
  }
  return out
}
