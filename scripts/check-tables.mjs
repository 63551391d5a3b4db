// Every register table must account for each bit once. The types say so already; this reads what was compiled,
// so that a table that forgot its type check fails the build, too.
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const dir = resolve(process.argv[2] ?? 'dist/model/registers')
const wrong = []
let tables = 0
for (const file of readdirSync(dir).filter((f) => f.endsWith('.table.js'))) {
  const module = await import(pathToFileURL(join(dir, file)).href)
  for (const [name, table] of Object.entries(module)) {
    if (typeof table !== 'object' || table === null || !('fields' in table)) continue
    tables++
    const where = `model/registers/${file.replace('.js', '.ts')}: ${name}`
    let next = table.bits - 1
    for (const f of table.fields) {
      if (f.hi !== next || f.lo > f.hi || f.lo < 0) wrong.push(`${where}: ${f.name} is ${f.hi}:${f.lo}, expected it to begin at bit ${next}`)
      next = f.lo - 1
    }
    if (next !== -1) wrong.push(`${where}: no field for bits ${next}:0`)
    const names = table.fields.map((f) => f.name)
    for (const n of names) if (names.indexOf(n) !== names.lastIndexOf(n)) wrong.push(`${where}: ${n} twice`)
    for (const [g, members] of Object.entries(table.groups)) for (const m of members) if (!names.includes(m)) wrong.push(`${where}: group ${g} names ${m}, which is no field`)
    if (module[`${name}Complete`] !== true) wrong.push(`${where}: no ${name}Complete: the type check is missing`)
  }
}
if (tables === 0) wrong.push('no register table found in dist/model/registers')
for (const w of wrong) console.error(w)
if (wrong.length > 0) process.exit(1)
