/** docs/registers.md: the register tables for people. */
import { aarch32Modes, aarch64Modes } from '../model/registers/modes.table.js'
import { psr } from '../model/registers/psr.table.js'
import { pstateAarch64 } from '../model/registers/pstate-aarch64.table.js'
import { newestRead } from '../model/registers/res0.js'
import { spsrAarch32 } from '../model/registers/spsr-aarch32.table.js'
import type { Field, Mode, RegisterTable } from '../model/registers/table-types.js'
import { tlsShadows, tpidrEl0, tpidrroEl0 } from '../model/registers/tpidr.table.js'
import { label } from './picture.js'

export function registersPage(): string {
  return [
    '# Registers', '',
    'Generated from `model/registers/*.table.ts`. Every bit is accounted for; the build fails where one is not.', '',
    `*Cleared by* are the mainline versions whose sanitiser (RES0 masks of \`arch/arm64/kernel/ptrace.c\`) clears the bits of a value that comes from user space; the newest read is ${newestRead}. v4.4 had no mask, v4.5 to v4.9 were not read.`, '',
    ...[pstateAarch64, spsrAarch32, psr, tpidrEl0, tpidrroEl0].flatMap(section),
    '## Where a task\'s value is kept while it does not run', '',
    '| task | TPIDR_EL0 | TPIDRRO_EL0 |', '|---|---|---|',
    ...Object.entries(tlsShadows).map(([task, s]) => `| ${task} | ${s.TPIDR_EL0} | ${s.TPIDRRO_EL0} |`), '',
    '## Modes, M[4:0]', '',
    '| encoding | mode | level | exception return from EL1 in AArch64 |', '|---|---|---|---|',
    ...[...aarch64Modes, ...aarch32Modes].map(mode), '',
    'Every other encoding is illegal.', '',
  ].join('\n')
}

function section(t: RegisterTable): string[] {
  const groups = Object.entries(t.groups).filter(([, members]) => members.length > 1).map(([name, members]) => `${name} = ${members.map(label).join(':')}`)
  return [`## ${t.title}`, '', '| bits | field | meaning | feature | cleared by |', '|---|---|---|---|---|', ...t.fields.map(row), '', `Together: ${groups.join(', ')}.`, '']
}

function row(f: Field): string {
  const bits = f.hi === f.lo ? `${f.hi}` : `${f.hi}:${f.lo}`
  const cleared = f.cleared === undefined ? '' : f.cleared.before === undefined ? `${f.cleared.from} on` : `${f.cleared.from} to before ${f.cleared.before}`
  return `| ${bits} | ${f.name.startsWith('RES0_') ? '–' : label(f.name)} | ${f.meaning} | ${f.feature ?? ''} | ${cleared} |`
}

const legality = { 'always': 'legal', 'aarch32-el0': 'legal if AArch32 is implemented at EL0', 'never': 'illegal' } as const
const mode = (m: Mode): string => `| ${m.m.toString(2).padStart(5, '0')} | ${m.name} | EL${m.level} | ${legality[m.legalFromEl1]} |`
