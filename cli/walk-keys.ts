/** Walking through a run by keys. */
import { emitKeypressEvents } from 'node:readline'
import type { Timeline } from '../sim/index.js'
import { walkStep } from '../report/walk.js'
import type { Colours } from './output.js'

interface Key { name?: string, sequence?: string, ctrl?: boolean }
export type KeyInput = NodeJS.ReadableStream & { setRawMode?: (raw: boolean) => unknown }

const keys: Readonly<Record<string, 'next' | 'previous' | 'first' | 'last' | 'quit'>> = {
  n: 'next', right: 'next', space: 'next', return: 'next', p: 'previous', left: 'previous', backspace: 'previous', f: 'first', home: 'first', l: 'last', end: 'last', q: 'quit', escape: 'quit',
}

/** Until q, Escape, Ctrl-C, Ctrl-D or the end of the input. The terminal is left as it was. */
export function walkByKeys(line: Timeline, input: KeyInput, output: NodeJS.WritableStream, c: Colours, all = false): Promise<void> {
  const prompt = (): void => { output.write(c.dim(`after event ${line.position} of ${line.events.length}: n next, p previous, f first, l last, q quit `)) }
  const go = (to: number): void => {
    const by = to < line.position ? -1 : 1
    if (to === line.position) output.write(`${to === 0 ? 'this is the start' : 'this is the end'}\n`)
    while (line.position !== to) {
      const at = line.position
      line.go(at + by)
      output.write(`${walkStep(line, at, at + by, c, all).join('\n')}\n`)
    }
  }
  return new Promise((done) => {
    const finish = (): void => {
      input.off('keypress', onKey)
      input.off('end', finish)
      input.setRawMode?.(false)
      input.pause()
      output.write('\n')
      done()
    }
    const onKey = (_: string | undefined, key: Key): void => {
      const what = key.ctrl === true ? (key.name === 'c' || key.name === 'd' ? 'quit' : undefined) : keys[key.name ?? key.sequence ?? '']
      if (what === undefined) return
      output.write('\n')
      if (what === 'quit') return finish()
      const to = { next: line.position + 1, previous: line.position - 1, first: 0, last: line.events.length }[what]
      go(Math.max(0, Math.min(line.events.length, to)))
      prompt()
    }
    emitKeypressEvents(input)
    input.setRawMode?.(true)
    input.on('keypress', onKey)
    input.on('end', finish)
    input.resume()
    prompt()
  })
}
