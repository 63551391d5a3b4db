/** Mutants of a C function: one token changed each. */
export interface Mutant { readonly what: string, readonly line: number, readonly text: string }

/** Each rule: what it looks for, and what stands there instead. */
const rules: readonly [RegExp, string][] = [
  [/ & /g, ' | '], [/ \| /g, ' & '], [/ == /g, ' != '], [/ != /g, ' == '], [/ \+ /g, ' - '], [/ - /g, ' + '], [/ < /g, ' <= '], [/ && /g, ' || '], [/ \|\| /g, ' && '], [/ &= ~/g, ' &= '], [/ \|= /g, ' &= '], [/ &= /g, ' |= '],
  [/\bif \(/g, 'if (!'], [/(?<=[ (])!(?=\w)/g, ''], [/\b0\b/g, '1'], [/\b1\b/g, '2'], [/\b7\b/g, '6'], [/\b8\b/g, '7'], [/\b1[5-7]\b/g, '14'], [/PSR_[ZNCV]_BIT/g, 'PSR_SSBS_BIT'], [/PSR_[DAIF]_BIT/g, 'PSR_Z_BIT'], [/PSR_AA32_[A-Z]+_BIT/g, 'PSR_AA32_PAN_BIT'],
  [/tp_value/g, 'tp2_value'], [/tpidrro_el0/g, 'tpidr_el0'], [/tpidr_el0/g, 'tpidrro_el0'], [/COMPAT_PSR_DIT_BIT/g, 'PSR_AA32_DIT_BIT'], [/-EINVAL/g, '-EIO'], [/regs\[0\]/g, 'regs[1]'], [/user_aarch32_view/g, 'user_aarch64_view'], [/->sp\b/g, '->pc'],
]

/** Every mutant of the function whose body begins at or after `line` of `file`. */
export function mutants(file: string, line: number): Mutant[] {
  const start = file.split('\n').slice(0, line - 1).join('\n').length + 1
  const open = file.indexOf('{', start)
  let depth = 0
  let end = open
  for (; end < file.length; end++) { if (file[end] === '{') depth++; else if (file[end] === '}' && --depth === 0) break }
  // comments keep their length and can no longer be found
  const body = file.slice(open, end).replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, (c) => c.replace(/[^\n]/g, '~'))
  const out: Mutant[] = []
  for (const [find, instead] of rules) {
    for (const m of body.matchAll(find)) {
      const at = open + m.index
      let replacement = instead
      let stop = at + m[0].length
      if (instead === 'if (!') { // negate the whole condition
        let d = 1
        while (d > 0 && stop < file.length) { if (file[stop] === '(') d++; else if (file[stop] === ')') d--; stop++ }
        replacement = `if (!${file.slice(at + 3, stop)})`
      }
      const here = file.slice(0, at).split('\n').length
      out.push({ what: `${m[0].trim()} → ${instead.trim() === '' ? '(nothing)' : instead.trim()}`, line: here, text: file.slice(0, at) + replacement + file.slice(stop) })
    }
  }
  return out.sort((a, b) => a.line - b.line || (a.what < b.what ? -1 : 1))
}
