// `npm run mutate:sim [-- --seed N --per-function N --file NAME --jobs N --events N]`: breaks the simulator, one place at a time, and asks who
// notices: random runs against what the model says of them (asked once, before anything is broken), then the known-answer tests and the
// scenarios. Every function that has two places is broken twice, every entry of the table of kernels once. Works on copies of dist/.
// Exit status 1: a survivor that docs/mutation-sim.md does not explain.
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { spawn, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'acorn'

const { values } = parseArgs({ options: { seed: { type: 'string', default: String(Date.now() % 100000) }, 'per-function': { type: 'string', default: '2' }, file: { type: 'string', multiple: true }, jobs: { type: 'string', default: String(availableParallelism()) }, events: { type: 'string', default: '40000' } } })
const seed = Number(values.seed), perFunction = Number(values['per-function'])
const notKernel = /^(random|choices|scenario|timeline|index|diff|replay|not-enabled|machine|start|residue|frame32-layout|frame64-layout|kernel\.js)/
const files = readdirSync('dist/sim').filter((f) => f.endsWith('.js') && !notKernel.test(f) && (values.file === undefined || values.file.some((n) => f.startsWith(n)))).sort()

let state = seed * 2654435761 >>> 0
const random = (n) => { state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state % n }

const swap = { '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>', '&&': '||', '||': '&&', '+': '-', '-': '+', '&': '|', '|': '&', '>>': '<<', '<<': '>>' }
/** Values in the table of kernels: who is asked, and when CNTKCTL_EL1 is written. */
const tests = ['tif32', 'flagOrTif32', 'flagAlone', 'never', 'always'], cntkctl = ['exit', 'change', 'always', 'tif']

/** Places of a function that can be broken: [start, end, text, what]. */
function places(source, fn) {
  const found = []
  // a constant is told with the line it stands in
  const lineOf = (at) => source.slice(source.lastIndexOf('\n', at) + 1, (source.indexOf('\n', at) + 1 || source.length + 1) - 1).trim().slice(0, 80)
  const say = (node, text, what) => found.push({ start: node.start, end: node.end, text, what: `${what}: ${source.slice(node.start, node.end).replace(/\s+/g, ' ').slice(0, 70)} → ${text.replace(/\s+/g, ' ').slice(0, 70)}${what === 'constant' ? ` in ${lineOf(node.start)}` : ''}` })
  walk(fn.body, (node) => {
    const text = source.slice(node.start, node.end)
    if ((node.type === 'BinaryExpression' || node.type === 'LogicalExpression') && swap[node.operator]) {
      const [l, r] = [source.slice(node.left.start, node.left.end), source.slice(node.right.start, node.right.end)]
      if (!(node.operator === '+' && /['"`]/.test(text))) say(node, `(${l} ${swap[node.operator]} ${r})`, 'operator')
    }
    if (node.type === 'ConditionalExpression') say(node, `(${source.slice(node.test.start, node.test.end)} ? ${source.slice(node.alternate.start, node.alternate.end)} : ${source.slice(node.consequent.start, node.consequent.end)})`, 'branches')
    if (node.type === 'IfStatement') say(node.test, `!(${source.slice(node.test.start, node.test.end)})`, 'condition')
    if (node.type === 'ExpressionStatement' && (node.expression.type === 'AssignmentExpression' || (node.expression.type === 'CallExpression' && !/^need/.test(text)))) say(node, ';', 'dropped')
    if (node.type === 'Literal' && typeof node.bigint === 'string') say(node, `${BigInt(node.bigint) ^ (1n << BigInt(random(6)))}n`, 'constant')
    if (node.type === 'Literal' && typeof node.value === 'number' && Number.isInteger(node.value)) say(node, String(node.value ^ 1), 'constant')
    if (node.type === 'Property' && node.value.type === 'Identifier' && tests.includes(node.value.name) && /^kernels/.test(fn.file)) say(node.value, tests[(tests.indexOf(node.value.name) + 1 + random(tests.length - 1)) % tests.length], `${fn.name}.${node.key.name}`)
    if (node.type === 'Literal' && cntkctl.includes(node.value)) say(node, `'${cntkctl[(cntkctl.indexOf(node.value) + 1 + random(3)) % 4]}'`, 'kind')
    if (node.type === 'Literal' && typeof node.value === 'boolean') say(node, String(!node.value), 'constant')
  })
  return found
}

function walk(node, visit) {
  if (node === null || typeof node !== 'object') return
  if (Array.isArray(node)) return node.forEach((n) => walk(n, visit))
  if (typeof node.type !== 'string') return
  visit(node)
  // texts of refusals, and what a name is: no behaviour
  if (node.type === 'TemplateLiteral' || node.type === 'ThrowStatement') return
  for (const [key, child] of Object.entries(node)) if (key !== 'type' && !(node.type === 'Property' && key === 'key') && !(node.type === 'MemberExpression' && key === 'property' && !node.computed)) walk(child, visit)
}

function mutants() {
  const out = []
  for (const file of files) {
    const source = readFileSync(join('dist/sim', file), 'utf8')
    const program = parse(source, { ecmaVersion: 2023, sourceType: 'module' })
    const functions = []
    walk(program, (n) => { if (/Function/.test(n.type) || n.type === 'ArrowFunctionExpression') functions.push({ name: n.id?.name ?? source.slice(n.start, n.start + 40).replace(/\s+/g, ' '), body: n.body, start: n.start, end: n.end, file }) })
    // constants and tables at the top of a file; of the table of kernels every entry
    for (const d of program.body.flatMap((n) => n.type === 'ExportNamedDeclaration' ? [n.declaration] : [n]).flatMap((n) => n?.type === 'VariableDeclaration' ? n.declarations : [])) {
      if (d.init !== null && !/Function/.test(d.init.type)) functions.push({ name: d.id.name, body: d.init, start: d.start, end: d.end, file, table: true })
    }
    for (const fn of functions) {
      const inner = fn.table ? functions.filter((f) => !f.table && f.start > fn.start && f.end <= fn.end) : []
      const choice = places(source, fn).filter((p) => !inner.some((f) => p.start >= f.start && p.end <= f.end))
      const many = fn.table && file === 'kernels.js' ? choice.length : perFunction
      for (let i = 0; i < many && choice.length > 0; i++) out.push({ file, name: fn.name, ...choice.splice(random(choice.length), 1)[0] })
    }
  }
  const seen = new Set()
  return out.filter((m) => { const key = `${m.file}${m.start}${m.text}`; if (seen.has(key)) return false; seen.add(key); return true })
}

const explained = (() => { try { return readFileSync('docs/mutation-sim.md', 'utf8') } catch { return '' } })()
const work = mkdtempSync(join(tmpdir(), 'arm64-compat-mutate-'))
const copies = Array.from({ length: Number(values.jobs) }, (_, i) => {
  const dir = join(work, String(i))
  cpSync('dist', join(dir, 'dist'), { recursive: true })
  for (const name of ['node_modules', 'scenarios']) symlinkSync(join(process.cwd(), name), join(dir, name))
  cpSync('package.json', join(dir, 'package.json'))
  return dir
})

const recorded = join(work, 'recorded')
const record = spawnSync(process.execPath, ['dist/test/sim/record.js', recorded, String(seed), values.events], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
if (record.status !== 0) process.exit(2)
console.log(`what the model says of random runs: ${record.stdout.trim()}`)

function check(dir, m) {
  const path = join(dir, 'dist/sim', m.file), source = readFileSync(path, 'utf8')
  writeFileSync(path, source.slice(0, m.start) + m.text + source.slice(m.end))
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['dist/test/sim/notice.js', recorded, String(seed)], { cwd: dir, stdio: ['ignore', 'pipe', 'ignore'] })
    let said = ''
    child.stdout.on('data', (d) => { said += d })
    const timer = setTimeout(() => child.kill('SIGKILL'), 120_000)
    child.on('close', (code) => {
      clearTimeout(timer)
      writeFileSync(path, source)
      resolve(code === 0 ? undefined : said.trim().split('\n').at(-1) || 'crash or endless loop')
    })
  })
}

const todo = mutants()
console.log(`seed ${seed}, ${todo.length} mutants of ${files.length} files, ${perFunction} a function`)
const survivors = []
const noticed = new Map()
let done = 0
await Promise.all(copies.map(async (dir) => {
  for (let m = todo.shift(); m !== undefined; m = todo.shift()) {
    const who = await check(dir, m)
    done++
    if (who === undefined) {
      survivors.push(m)
      console.log(`SURVIVED ${m.file} ${m.name}: ${m.what}`)
    } else noticed.set(who.split(':')[0], (noticed.get(who.split(':')[0]) ?? 0) + 1)
    if (process.stdout.isTTY) process.stdout.write(`${done} done \r`)
  }
}))
rmSync(work, { recursive: true, force: true })
for (const [who, n] of noticed) console.log(`noticed by ${who}: ${n}`)
const unexplained = survivors.filter((m) => !explained.includes(`\`${m.file} ${m.what}\``))
console.log(`${done} mutants, ${survivors.length} survived, ${unexplained.length} of them unexplained`)
process.exitCode = unexplained.length === 0 ? 0 : 1
