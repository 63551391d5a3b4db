/** A register value drawn as boxes: bit numbers, names, bits. */
import { fieldValues, type FieldValue } from '../model/registers/describe.js'
import type { RegisterTable } from '../model/registers/table-types.js'

const WIDTH = 80
interface Cell { rows: readonly [string, string, string], width: number }

/** Rows of at most 80 columns, about equally long. Where all fields above bit 31 are zero they are one cell. */
export function picture(table: RegisterTable, value: bigint): string {
  const all = cells(table, value)
  const total = all.reduce((w, c) => w + c.width + 1, 1)
  const enough = total / Math.ceil(total / (WIDTH - 8))
  const lines: Cell[][] = [[]]
  let used = 1
  for (const c of all) {
    if (used >= enough || used + c.width + 1 > WIDTH) {
      lines.push([])
      used = 1
    }
    lines.at(-1)!.push(c)
    used += c.width + 1
  }
  return lines.map(draw).join('\n')
}

function cells(table: RegisterTable, value: bigint): Cell[] {
  const fields = fieldValues(table, value)
  const high = value >> 32n === 0n ? fields.filter((f) => f.lo >= 32) : []
  const shown = fields.slice(high.length).map(cell)
  return high.length === 0 ? shown : [make(`${high[0]!.hi}:32`, '', '0'), ...shown]
}

function cell(f: FieldValue): Cell {
  const bits = f.value.toString(2).padStart(f.hi - f.lo + 1, '0')
  return make(f.hi === f.lo ? `${f.hi}` : `${f.hi}:${f.lo}`, f.reserved ? '-' : label(f.name), bits)
}
const make = (number: string, name: string, bits: string): Cell => ({ rows: [number, name, bits], width: Math.max(number.length, name.length, bits.length) })
/** `IT_7_2` is shown as `IT[7:2]`. */
export const label = (name: string): string => name.replace(/_(\d+)_(\d+)$/, '[$1:$2]')

function draw(row: readonly Cell[]): string {
  const rule = (left: string, middle: string, right: string): string => left + row.map((c) => '─'.repeat(c.width)).join(middle) + right
  const text = (i: 0 | 1 | 2): string => '│' + row.map((c) => c.rows[i].padEnd(c.width)).join('│') + '│'
  return [rule('┌', '┬', '┐'), text(0), text(1), text(2), rule('└', '┴', '┘')].join('\n')
}
