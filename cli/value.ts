/** Numbers that users write. */
import { UsageError } from '../trace/errors.js'

/** `0x6000_0010`, `0b1010`, `0o17` or decimal, at most `bits` bits. Throws `E_VALUE` or `E_VALUE_WIDTH`. */
export function parseValue(text: string, bits: number, what = 'value'): bigint {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  if (!/^(0x[0-9a-f]+(_[0-9a-f]+)*|0b[01]+(_[01]+)*|0o[0-7]+(_[0-7]+)*|\d+(_\d+)*)$/i.test(text)) throw new UsageError('E_VALUE', `${what} '${shown}' is not a number; write 0x60000010, 0b101 or 16`)
  // more characters than 64 bits can need, leading zeros aside
  const digits = text.replaceAll('_', '').replace(/^(0[xbo])?0*/i, '')
  const value = digits.length > 64 ? undefined : BigInt(text.replaceAll('_', '').toLowerCase())
  if (value === undefined || value >> BigInt(bits) !== 0n) throw new UsageError('E_VALUE_WIDTH', `${what} '${shown}' has more than ${bits} ${bits === 1 ? 'bit' : 'bits'}`)
  return value
}
