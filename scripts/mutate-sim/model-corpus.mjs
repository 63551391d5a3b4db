// The model's terms for every shape of event in the random runs, and a broken model held against what simulator and whole model agree on there.
// Terms are hash-consed: a shape for which the broken model makes the same objects needs no run.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const MOST = 400, USERS = 250

export async function modelCorpus(dist, entries) {
  const load = (path) => import(pathToFileURL(join(dist, path)).href)
  const [base, { boolVar, bvVar }, { evaluateAll }, { scoped }, { compileStep }, { configSpec, specOf }, { leaves }, { leafAt, diff }] = await Promise.all(
    ['model/index.js', 'model/terms/build.js', 'model/terms/evaluate.js', 'model/terms/term.js', 'test/sim/compile-terms.js', 'trace/state.js', 'trace/spec.js', 'sim/diff.js'].map(load))
  const config = base.fresh(configSpec, 'c.')
  const symbolicStates = new Map()
  const symbolic = (s) => {
    const key = s.tasks.length
    if (!symbolicStates.has(key)) symbolicStates.set(key, frozen(base.fresh(specOf(s), 's.')))
    return symbolicStates.get(key)
  }
  const variables = (e) => {
    const lift = (key, path, v) => {
      if (typeof v === 'bigint') return bvVar(base.eventWidth(key), path)
      if (typeof v === 'boolean') return boolVar(path)
      if (Array.isArray(v)) return v.map((x, i) => lift(key, `${path}[${i}]`, x))
      if (typeof v === 'object' && v !== null) return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, lift(k, `${path}.${k}`, x)]))
      return v
    }
    return lift('', 'e', e)
  }

  /** One shape: its kernel, a state and an event of it, and the entries. A `user` event is a shape of its own, taken with its numbers. */
  const shapes = new Map()
  let users = 0
  for (const given of entries) {
    const { kernel, event, elsewhere } = given
    if (elsewhere) continue
    const user = event.kind === 'user'
    if (user && ++users > USERS) continue
    const key = user ? `user ${users}` : [kernel, given.state.tasks.length, ...Object.values(event).filter((v) => typeof v === 'string' || typeof v === 'number')].join(' ')
    if (!shapes.has(key)) shapes.set(key, { kernel, event, user, state: given.state, entries: [] })
    const shape = shapes.get(key)
    if (shape.entries.length < MOST) shape.entries.push(given)
  }
  // cheap events first, one task and one kernel after the other: most of the model is the same for all
  const cost = { ptrace: 4, signal: 3, rt_sigreturn: 3, sigreturn: 3 }, first = ['rfc-v2', 'v7.3', 'tango-v5.4', 'v4-series']
  const rank = (s) => (s.event.kind === 'user' ? 25 : 10 * (cost[s.event.call ?? s.event.kind] ?? 1)) + (first.includes(s.kernel) ? first.indexOf(s.kernel) : 5)
  const seen = new Map()
  const ordered = [...shapes.values()].sort((a, b) => rank(a) - rank(b) || b.entries.length - a.entries.length).map((s) => {
    // the same event of other tasks comes later
    const key = `${s.kernel} ${s.event.call ?? s.event.kind} ${s.event.bits ?? ''}${s.event.action ?? ''}${s.event.with ?? ''}`
    seen.set(key, (seen.get(key) ?? 0) + 1)
    return { ...s, again: seen.get(key) }
  }).sort((a, b) => (a.again > 1 ? 1 : 0) - (b.again > 1 ? 1 : 0))

  const terms = (m, shape) => {
    const seenState = shape.state.cpus.length === 1 ? shape.state : { cpus: [shape.state.cpus[0]], tasks: shape.state.tasks }
    const r = m.step(m.allKernels.find((k) => k.name === shape.kernel), config, symbolic(seenState), shape.user ? m.symEvent(shape.event) : variables(shape.event))
    return { enabled: r.enabled, leaves: leaves(specOf(seenState), r.state) }
  }
  const untouched = (shape) => leaves(specOf({ cpus: [0], tasks: shape.state.tasks }), symbolic({ tasks: shape.state.tasks, cpus: [0] }))
  const was = ordered.map((s) => terms(base, s))

  /** Where the broken model says something else than both said before; undefined: nowhere. */
  function differs(broken, file) {
    const near = nearTo(file)
    const order = [...ordered.keys()].sort((a, b) => (near(ordered[b]) ? 1 : 0) - (near(ordered[a]) ? 1 : 0) || a - b)
    for (const i of order) {
      const shape = ordered[i]
      const found = scoped(() => {
        let now
        try { now = terms(broken, shape) } catch (e) { return `does not build: ${String(e.message).slice(0, 60)}` }
        const changed = now.leaves.flatMap((l, n) => l.value === was[i].leaves[n].value ? [] : [l])
        if (changed.length === 0 && now.enabled === was[i].enabled) return undefined
        // every leaf that the whole step changes, so that what an event does too much or too little shows
        const before = untouched(shape)
        const all = now.leaves.flatMap((l, n) => l.value === before[n].value ? [] : [{ path: l.path, term: l.value }])
        return shape.user ? ofUser(shape, now.enabled, all) : ofEntries(shape, compileStep(now.enabled, all, ['s', 'e', 'c']))
      })
      if (found !== undefined) return `${shape.kernel} ${shape.event.call ?? shape.event.kind}: ${found}`
    }
    return undefined
  }

  const view = (entry) => entry.state.cpus.length === 1 ? entry.state : { cpus: [entry.state.cpus[entry.cpu]], tasks: entry.state.tasks }
  const result = (entry) => entry.after.cpus.length === 1 ? entry.after : { cpus: [entry.after.cpus[entry.cpu]], tasks: entry.after.tasks }
  function judge(entry, enabled, values) {
    if (enabled !== (entry.after !== undefined)) return enabled ? 'possible, which both refused' : 'refused, which both took'
    if (!enabled) return undefined
    const s = view(entry), after = result(entry)
    for (const { path, to } of diff(s, after)) {
      if (!values.has(path)) return path
      if (values.get(path) !== to) return path
      values.delete(path)
    }
    for (const [path] of values) return path
    return undefined
  }
  function ofEntries(shape, run) {
    for (const entry of shape.entries) {
      const values = new Map()
      const found = judge(entry, run(view(entry), entry.event, entry.config, (path, v) => values.set(path, v)), values)
      if (found !== undefined) return found
    }
    return undefined
  }
  function ofUser(shape, enabled, all) {
    const [entry] = shape.entries, s = view(entry), values = new Map()
    const value = (t) => evaluateAll([t], (name) => name.startsWith('c.') ? entry.config[name.slice(2)] : leafAt(s, name.slice(2)))[0]
    for (const { path, term } of all) {
      const v = value(term)
      if (v !== leafAt(s, path)) values.set(path, v)
    }
    return judge(entry, value(enabled), values)
  }
  return { differs, shapes: ordered.length }
}

/** Which events are likely to notice what is broken in a file: those are asked first. */
const asked = {
  'syscalls/ptrace': ['ptrace'], 'syscalls/regsets': ['ptrace'], 'syscalls/sigreturn-compat': ['sigreturn', 'rt_sigreturn'], 'syscalls/sigreturn-native': ['rt_sigreturn'], 'tasks/signal-frames': ['signal'], 'syscalls/stops': ['trace_enter', 'trace_exit', 'skip', 'resume', 'handler', 'leave'],
  'syscalls/clone3': ['clone3', 'other'], 'tasks/fork': ['clone', 'clone3'], 'tasks/exec': ['execve'], 'tasks/do-signal': ['restart', 'signal'], 'tasks/force-signal': ['seccomp', 'restart', 'ni'], 'tasks/core-dump': ['die', 'seccomp'], 'tasks/entry': ['irq', 'svc', 'eret', 'user'], 'tasks/switch': ['switch'], 'tasks/tls': ['switch', 'clone', 'execve'],
  'syscalls/arm-private': ['ni'], 'syscalls/dispatch': ['svc', 'leave', 'other', 'ni'], 'tasks/sanitise': ['sigreturn', 'rt_sigreturn', 'ptrace', 'signal'], 'tasks/uaccess': ['sigreturn', 'clone3', 'signal', 'ptrace'], 'syscalls/tagged-addr': ['tagged_addr', 'other'], 'syscalls/mmap': ['mmap'], 'syscalls/seccomp': ['seccomp'], 'handlers/sigreturn': ['sigreturn', 'rt_sigreturn'],
}
function nearTo(file) {
  const name = file.replace(/^model\//, '').replace(/\.js$/, ''), last = name.split('/').at(-1).replaceAll('-', '_')
  if (name.startsWith('kernels/')) return (s) => s.kernel === name.slice(8) || s.kernel.endsWith(`@${name.slice(8)}`)
  const events = asked[name] ?? [last === 'tagged_addr' ? 'tagged_addr' : last]
  return (s) => events.includes(s.event.call ?? s.event.kind) || events.includes(s.event.kind)
}

/** A mutant that writes into the state it was given must not spoil it for the next one. Terms stay as they are. */
function frozen(x) {
  if (typeof x === 'object' && x !== null && !('op' in x)) Object.values(Object.freeze(x)).forEach(frozen)
  return x
}
