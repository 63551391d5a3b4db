// Where a function of the model can be broken, in compiled JavaScript: literals and masks, comparisons, branches.
import { parse } from 'acorn'

/** Every node below `node`, with its parent. */
export function walk(node, visit, parent) {
  if (visit(node, parent) === false) return
  for (const [key, child] of Object.entries(node)) {
    if (key === 'type') continue
    if (Array.isArray(child)) child.forEach((c) => { if (c !== null && typeof c?.type === 'string') walk(c, visit, node) })
    else if (child !== null && typeof child === 'object' && typeof child.type === 'string') walk(child, visit, node)
  }
}

const isFunction = (n) => n !== null && ['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'].includes(n?.type)

/** What stands at the top of a module: functions, methods of objects, and the constants they use. Classes are errors' and are left out. */
export function functionsOf(source) {
  const found = []
  for (const statement of parse(source, { ecmaVersion: 'latest', sourceType: 'module' }).body) {
    const exported = statement.type === 'ExportNamedDeclaration'
    const d = exported ? statement.declaration : statement
    if (d?.type === 'FunctionDeclaration') found.push({ name: d.id.name, exported, nodes: [d.body] })
    if (d?.type !== 'VariableDeclaration') continue
    for (const v of d.declarations) {
      if (v.init === null || v.id.type !== 'Identifier') continue
      if (v.init.type !== 'ObjectExpression') found.push({ name: v.id.name, exported, nodes: [isFunction(v.init) ? v.init.body : v.init] })
      else {
        const methods = v.init.properties.filter((p) => isFunction(p.value))
        for (const m of methods) found.push({ name: `${v.id.name}.${m.key.name ?? m.key.value}`, exported, nodes: [m.value.body] })
        found.push({ name: v.id.name, exported, nodes: v.init.properties.filter((p) => !methods.includes(p)) })
      }
    }
  }
  return found
}

const predicates = ['is_compat_task', 'is_aarch32_compat_task', 'in_compat_syscall', 'never', 'always']
const negated = new Set(['is', 'eq', 'isZero', 'clear', 'bit', 'asks', 'mode32', 'userMode', 'compatThumbMode', 'inCompatTable', 'hasFlag', 'covered'])
const swapped = { ult: 'ule', ule: 'ult', slt: 'sle', sle: 'slt', and: 'or', or: 'and', bvand: 'bvor', bvor: 'bvand', bvadd: 'bvsub', bvsub: 'bvadd', zext: 'sext', sext: 'zext', shl: 'lshr', lshr: 'shl' }
const comparisons = new Set(['ult', 'ule', 'slt', 'sle'])
const operators = { '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>', '&&': '||', '||': '&&', '+': '-', '-': '+', '&': '|', '|': '&' }
/** Tables of constants, by the names they are imported under: masks, small codes, frame offsets. */
const masks = new Set(['PSR', 'PSR_AA32']), codes = new Set(['place', 'table', 'view', 'views', 'restartFn', 'syscallStop']), numbers = new Set(['errno', 'signals', 'siCode', 'saFlags', 'armPrivate', 'auditArch', 'cloneFlags', 'req', 'note', 'native', 'compat', 'compatFlags', 'mapFlags', 'prctlOption'])
const frames = new Set(['f', 'c', 'n', 'compatFrame', 'nativeFrame'])
/** Prose: no part of what a kernel does. */
const prose = new Set(['id', 'name', 'source', 'deduced', 'why', 'code', 'message', 'meaning', 'feature'])
const one = (n, random) => 1n << BigInt(random(Math.max(1, n.toString(2).length)))

/** Every way to break the code below `nodes`: { start, end, text, kind, what }. `random(n)`: 0 to n - 1. Constructors of terms are called as `$t.…`. */
export function mutationsOf(source, nodes, random) {
  const found = []
  const text = (n) => source.slice(n.start, n.end)
  const short = (s) => s.replace(/\s+/g, ' ').slice(0, 80)
  // a value is named by its key
  const say = (node, to, kind, parent) => found.push({ start: node.start, end: node.end, text: to, kind, what: `${parent?.type === 'Property' ? `${text(parent.key)}: ` : ''}${short(text(node))} → ${short(to.replaceAll('$t.', ''))}` })
  const visit = (node, parent) => {
    if (node.type === 'ThrowStatement' || node.type === 'ClassDeclaration' || node.type === 'TemplateLiteral') return false
    if (node.type === 'Property' && prose.has(node.key.name)) return false
    switch (node.type) {
      case 'CallExpression': calls(node); break
      case 'Literal': literals(node, parent); break
      case 'Identifier':
        if ((node.name === 'True' || node.name === 'False') && parent?.type !== 'MemberExpression') say(node, node.name === 'True' ? '$t.False' : '$t.True', 'branch')
        break
      case 'MemberExpression': members(node, parent); break
      case 'ConditionalExpression':
        say(node, `(${text(node.test)} ? ${text(node.alternate)} : ${text(node.consequent)})`, 'branch')
        break
      case 'IfStatement': say(node.test, `!(${text(node.test)})`, 'branch'); break
      case 'BinaryExpression': case 'LogicalExpression':
        if (operators[node.operator] !== undefined && !/['"`]/.test(text(node))) say(node, `(${text(node.left)} ${operators[node.operator]} ${text(node.right)})`, node.type === 'LogicalExpression' ? 'branch' : 'comparison')
        break
      case 'UnaryExpression': if (node.operator === '!') say(node, text(node.argument), 'branch'); break
      case 'ExpressionStatement':
        if (['AssignmentExpression', 'CallExpression'].includes(node.expression.type)) say(node, ';', 'branch')
        break
      default:
    }
    return true
  }
  const calls = (node) => {
    const name = node.callee.name, args = node.arguments
    if (args.some((a) => a.type === 'SpreadElement')) {
      if (name === 'and' || name === 'or') say(node, `$t.${swapped[name]}(${args.map(text).join(', ')})`, 'branch')
      return
    }
    if (negated.has(name)) say(node, `$t.not(${text(node)})`, 'comparison')
    if (name === 'ite' || name === 'iteBool') {
      const [c, a, b] = args.map(text)
      say(node, `$t.${name}(${c}, ${b}, ${a})`, 'branch')
      say(node, a, 'branch')
      say(node, b, 'branch')
    } else if (name === 'not') say(node, text(args[0]), 'branch')
    else if ((name === 'and' || name === 'or') && args.length > 1) args.forEach((_, i) => say(node, `$t.${name}(${args.filter((_, j) => j !== i).map(text).join(', ')})`, 'branch'))
    else if (name === 'extract' && args.slice(0, 2).every((a) => a.type === 'Literal')) {
      const [hi, lo] = args.map((a) => a.value), up = lo === 0 ? 1 : -1
      say(node, `$t.extract(${hi + up}, ${lo + up}, ${text(args[2])})`, 'literal')
    } else if (name === 'concat') say(node, `$t.concat(${text(args[1])}, ${text(args[0])})`, 'branch')
    else if (name === 'drop' || name === 'set' || name === 'keep') say(node, text(args[0]), 'literal')
    else if (name === 'mapped' || name === 'accessOk') say(node, '$t.True', 'comparison')
    if (name !== undefined && swapped[name] !== undefined) say(node, `$t.${swapped[name]}(${args.map(text).join(', ')})`, comparisons.has(name) ? 'comparison' : 'branch')
  }
  const literals = (node, parent) => {
    if (parent?.type === 'Property' && parent.key === node) return
    const callee = parent?.type === 'CallExpression' ? parent.callee.name : undefined
    const position = parent?.type === 'CallExpression' ? parent.arguments.indexOf(node) : -1
    // widths of terms: another one would not build
    if (position === 0 && ['bv', 'zext', 'sext', 'bvVar', 'hex'].includes(callee)) return
    if (callee === 'extract' && position < 2) return
    if (typeof node.bigint === 'string') say(node, `${(BigInt(node.bigint) ^ one(BigInt(node.bigint), random))}n`, 'literal', parent)
    else if (typeof node.value === 'number' && Number.isInteger(node.value)) say(node, String(Number(BigInt(node.value) ^ one(BigInt(node.value), random))), 'literal', parent)
    else if (typeof node.value === 'boolean') say(node, String(!node.value), 'branch', parent)
    else if (predicates.includes(node.value) && parent?.type === 'Property') {
      const others = predicates.filter((p) => p !== node.value)
      say(node, `'${others[random(others.length)]}'`, 'comparison', parent)
    }
  }
  const members = (node, parent) => {
    if (node.computed || node.object.type !== 'Identifier' || (parent?.type === 'AssignmentExpression' && parent.left === node)) return
    const o = node.object.name
    if (masks.has(o)) say(node, random(2) === 0 ? `(${text(node)} << 1n)` : '0n', 'literal')
    else if (codes.has(o)) say(node, `(${text(node)} ^ 1n)`, 'literal')
    else if (numbers.has(o)) say(node, `(${text(node)} ^ ${2 ** random(3)})`, 'literal')
    else if (frames.has(o) && !/agic/.test(node.property.name)) say(node, `(${text(node)} ${random(2) === 0 ? '+' : '-'} ${random(2) === 0 ? 4 : 8})`, 'literal')
    else if (frames.has(o)) say(node, `(${text(node)} ^ 1)`, 'literal')
    else if (o === 'config' || /^TIF_|^compat_call$|^stopped$|^traced$/.test(node.property.name)) say(node, `$t.not(${text(node)})`, 'comparison')
  }
  for (const node of nodes) walk(node, visit)
  return found
}

/** Fields of a task that may stand for each other. */
const fields = [['tp_value', 'tp2_value', 'orig_x0', 'pc', 'sp'], ['syscallno', 'fpsr', 'fpcr'], ['TIF_SINGLESTEP', 'TIF_SYSCALL_TRACE', 'TIF_32BIT', 'stopped', 'traced']]

/** What else can be broken in a function that has few places: other bits of its literals, elements and properties dropped, arguments exchanged. */
export function moreOf(source, nodes, random) {
  const found = []
  const text = (n) => source.slice(n.start, n.end)
  const short = (s) => s.replace(/\s+/g, ' ').slice(0, 80)
  const say = (node, to, kind) => { if (text(node) !== to) found.push({ start: node.start, end: node.end, text: to, kind, what: `${short(text(node))} → ${short(to.replaceAll('$t.', ''))}` }) }
  for (const top of nodes) walk(top, (node, parent) => {
    if (node.type === 'TemplateLiteral' || (node.type === 'Property' && prose.has(node.key.name))) return false
    if (node.type === 'Literal' && !(parent?.type === 'CallExpression' && ['bv', 'zext', 'sext', 'bvVar', 'hex', 'extract'].includes(parent.callee.name) && parent.arguments[0] === node)) {
      for (let i = 0; i < 3; i++) {
        if (typeof node.bigint === 'string') say(node, `${BigInt(node.bigint) ^ one(BigInt(node.bigint) << 1n, random)}n`, 'literal')
        else if (typeof node.value === 'number' && Number.isInteger(node.value)) say(node, String(node.value ^ 1 << i), 'literal')
      }
    }
    // another field of the task, of the same width; a list without what it has; a constructor without its work
    if (node.type === 'MemberExpression' && !node.computed && node.object.type === 'Identifier' && !(parent?.type === 'AssignmentExpression' && parent.left === node)) {
      for (const group of fields) if (group.includes(node.property.name)) for (const other of group) if (other !== node.property.name) say(node, `${text(node.object)}.${other}`, 'literal')
    }
    if (node.type === 'ArrayExpression' && node.elements.length === 1) say(node, '[]', 'branch')
    if (node.type === 'ArrayExpression' && node.elements.length > 1) node.elements.forEach((_, i) => say(node, `[${node.elements.filter((_, j) => j !== i).map(text).join(', ')}]`, 'branch'))
    if (node.type === 'ObjectExpression' && node.properties.length > 1) node.properties.forEach((_, i) => say(node, `({ ${node.properties.filter((_, j) => j !== i).map(text).join(', ')} })`, 'branch'))
    if (node.type === 'CallExpression') {
      if (node.callee.type === 'MemberExpression' && node.callee.computed) say(node, `$t.not(${text(node)})`, 'comparison')
      const args = node.arguments.map(text)
      if (args.length > 1) say(node, `${text(node.callee)}(${[args[1], args[0], ...args.slice(2)].join(', ')})`, 'branch')
      if (args.length > 2) say(node, `${text(node.callee)}(${[args[0], args[2], args[1], ...args.slice(3)].join(', ')})`, 'branch')
      if (args.length > 1) say(node, args.at(-1), 'branch')
    }
    return true
  })
  return found
}

/** Up to `count` of them, of different kinds as long as there are. */
export function choose(mutations, count, random) {
  const left = [...mutations], out = [], kinds = ['literal', 'comparison', 'branch']
  for (let i = random(3); out.length < count && left.length > 0; i++) {
    const ofKind = left.filter((m) => m.kind === kinds[i % 3])
    if (ofKind.length === 0 && left.some((m) => m.kind !== kinds[i % 3]) === false) break
    if (ofKind.length === 0) continue
    const m = ofKind[random(ofKind.length)]
    out.push(m)
    left.splice(left.indexOf(m), 1)
  }
  return out
}

/** The module with one place broken. `terms`: where the constructors of terms are. */
export const mutated = (source, m, terms) => `import * as $t from ${JSON.stringify(terms)};\n${source.slice(0, m.start)}${m.text}${source.slice(m.end)}`
