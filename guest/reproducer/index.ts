/** A standalone C program that shows what a trace shows: TAP on standard output, UAPI headers and libc only. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../../trace/errors.js'
import { taskNames } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { guestFile } from '../paths.js'
import { notCausable, ptraceCallers } from '../replay/causable.js'
import { childTracer } from '../replay/child-tracer.js'
import { comment } from './text.js'
import { Writer } from './writer.js'

/** What every reproducer begins with, in this order. */
const parts = ['head', 'calls', 'tls', 'tracer'] as const

/** The program's text. Throws `E_NO_REPRODUCER` where user space cannot cause the trace, or the program could not show it. */
export function reproducer(trace: Trace): string {
  const cause = notCausable(trace)
  if (cause !== undefined) throw new UsageError('E_NO_REPRODUCER', `cannot be caused from user space: ${cause}`)
  if (childTracer(trace) !== undefined) throw new UsageError('E_NO_REPRODUCER', 'a new child as tracer is not written; replay --on guest does it')
  const present = trace.states[0]!.tasks.flatMap((t, i) => ptraceCallers(trace.events).has(taskNames[i]!) && !t.TIF_32BIT ? [] : [taskNames[i]!])
  const body = new Writer(trace).write()
  const head = parts.map((p) => readFileSync(guestFile(`program/repro/${p}.c`), 'utf8')).join('')
  return [
    '/* SPDX-License-Identifier: MIT */',
    `/* What ${comment(trace.kernel)} does${trace.claim === undefined ? '' : ` (${comment(trace.claim)})`}, as a test that prints TAP. Written by arm64-compat reproducer.`,
    ` * Configuration of the trace: ${comment(Object.entries(trace.config).filter(([, v]) => v).map(([k]) => k).join(', ') || 'no feature')}. */`,
    head,
    ...present.map((n) => `static MAYBE struct task ${n};`), '',
    'int main(void)', '{',
    '\tsetvbuf(stdout, NULL, _IOLBF, 0);', '\tprintf("TAP version 13\\n");',
    ...body,
    '\tprintf("1..%d\\n", tests);',
    '\treturn failures != 0;', '}', '',
  ].join('\n')
}
