// The mutants of both sides: places in compiled functions of the simulator and of the model, chosen by a seed.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'acorn'
import { choose, functionsOf, moreOf, mutationsOf } from '../mutate-model/mutations.mjs'

function generator(from) {
  let state = (from * 2654435761 >>> 0) || 1
  return (n) => { state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state % n }
}

/** { side, file, name, start, end, text, what }; `file` below dist/. */
export function mutantsOf(seed, perFunction) {
  return [...ofSimulator(seed, perFunction), ...ofModel(seed, perFunction)]
}

// what is no kernel path: random runs, scenarios, walking through a run, the shape of a kernel
const notKernel = /^(random|choices|scenario|timeline|index|diff|replay|not-enabled|start|residue|frame32-layout|frame64-layout|kernel\.js)/

const swap = { '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>', '&&': '||', '||': '&&', '+': '-', '-': '+', '&': '|', '|': '&', '>>': '<<', '<<': '>>' }
/** Values in the table of kernels: who is asked, and when CNTKCTL_EL1 is written. */
const tests = ['tif32', 'flagOrTif32', 'flagAlone', 'never', 'always'], cntkctl = ['exit', 'change', 'always', 'tif']

/** Two places of every function, every entry of the table of kernels. */
function ofSimulator(seed, perFunction) {
  const random = generator(seed)
  const out = []
  for (const file of readdirSync('dist/sim').filter((f) => f.endsWith('.js') && !notKernel.test(f)).sort()) {
    const source = readFileSync(join('dist/sim', file), 'utf8')
    const program = parse(source, { ecmaVersion: 2023, sourceType: 'module' })
    const functions = []
    walk(program, (n) => { if (/Function/.test(n.type) || n.type === 'ArrowFunctionExpression') functions.push({ name: n.id?.name ?? source.slice(n.start, n.start + 40).replace(/\s+/g, ' '), body: n.body, start: n.start, end: n.end, file }) })
    // constants and tables at the top of a file
    for (const d of program.body.flatMap((n) => n.type === 'ExportNamedDeclaration' ? [n.declaration] : [n]).flatMap((n) => n?.type === 'VariableDeclaration' ? n.declarations : [])) {
      if (d.init !== null && !/Function/.test(d.init.type)) functions.push({ name: d.id.name, body: d.init, start: d.start, end: d.end, file, table: true })
    }
    for (const fn of functions) {
      const inner = fn.table ? functions.filter((f) => !f.table && f.start > fn.start && f.end <= fn.end) : []
      const choice = places(source, fn, random).filter((p) => !inner.some((f) => p.start >= f.start && p.end <= f.end))
      const many = fn.table && file === 'kernels.js' ? choice.length : perFunction
      for (let i = 0; i < many && choice.length > 0; i++) out.push({ side: 'sim', file: `sim/${file}`, name: fn.name, ...choice.splice(random(choice.length), 1)[0] })
    }
  }
  const seen = new Set()
  return out.filter((m) => { const key = `${m.file}${m.start}${m.text}`; if (seen.has(key)) return false; seen.add(key); return true })
}

/** Places of a function that can be broken. */
function places(source, fn, random) {
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

/** The model's functions and the definitions of the kernels, by the mutations that mutate:model has. The register tables are the build's. */
function ofModel(seed, perFunction) {
  const random = generator(seed), out = []
  const rooms = ['.', 'events', 'handlers', 'kernels', 'syscalls', 'tasks']
  const files = rooms.flatMap((room) => readdirSync(join('dist/model', room)).filter((f) => f.endsWith('.js') && !f.endsWith('.table.js') && f !== 'index.js').sort().map((f) => join('model', room, f)))
  for (const file of [...files, 'model/registers/exception-return.js', 'model/registers/res0.js']) {
    const source = readFileSync(join('dist', file), 'utf8')
    for (const fn of functionsOf(source)) {
      const chosen = choose(mutationsOf(source, fn.nodes, random), perFunction, random)
      if (chosen.length < perFunction) {
        const more = moreOf(source, fn.nodes, random).filter((m) => !chosen.some((x) => x.what === m.what))
        chosen.push(...choose([...new Map(more.map((m) => [m.what, m])).values()], perFunction - chosen.length, random))
      }
      for (const m of chosen) out.push({ side: 'model', file, name: fn.name, ...m })
    }
  }
  return out
}
