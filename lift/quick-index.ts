/** A fast, over-generous list of what a file may define; `scan` decides. Most headers are never looked at more closely. */
export interface QuickIndex { readonly names: ReadonlySet<string>, readonly includes: readonly string[] }

export function quickIndex(text: string): QuickIndex {
  const names = new Set<string>()
  const includes: string[] = []
  for (const m of text.matchAll(/^[ \t]*#[ \t]*(?:define[ \t]+(\w+)|include[ \t]*([<"][^>"\n]+))/gm)) {
    if (m[1] !== undefined) names.add(`macro ${m[1]}`)
    else includes.push(m[2]!)
  }
  for (const line of text.matchAll(/^[A-Za-z_][^\n]*/gm)) {
    for (const m of line[0].matchAll(/(\w+)[ \t]*\([ \t]*(\w*)/g)) {
      names.add(`function ${m[1]}`)
      if (m[1]!.includes('SYSCALL')) { names.add(`function sys_${m[2]}`); names.add(`function compat_sys_${m[2]}`) }
    }
    const v = /(\w+)[ \t]*(?:\[[^\]]*\][ \t]*)*=/.exec(line[0])
    if (v !== null) names.add(`variable ${v[1]}`)
    const t = /^typedef\b.*?(\w+)[ \t]*(?:\[[^\]]*\][ \t]*)?;/.exec(line[0])
    if (t !== null) names.add(`typedef ${t[1]}`)
    const tf = /^typedef\b[^;]*\([ \t]*\*[ \t]*(\w+)[ \t]*\)/.exec(line[0])
    const fn = /^typedef\b[^;(]*?(\w+)[ \t]*\(/.exec(line[0])
    if (fn !== null) names.add(`typedef ${fn[1]}`)
    if (tf !== null) names.add(`typedef ${tf[1]}`)
  }
  for (const m of text.matchAll(/\b(struct|union)\s+(\w+)\s*(?:__\w+\s*)?\{/g)) names.add(`record ${m[1]} ${m[2]}`)
  for (const m of text.matchAll(/^\}[^;{}\n]*?(\w+)[ \t]*;/gm)) names.add(`typedef ${m[1]}`)
  for (const m of text.matchAll(/\benum\b[^{};()]*\{([^}]*)\}/g)) {
    for (const e of m[1]!.matchAll(/(?:^|,|\*\/)\s*(?:\/\*[^]*?\*\/\s*|\/\/[^\n]*\n\s*)*(\w+)/g)) names.add(`enumerator ${e[1]}`)
  }
  return { names, includes }
}
