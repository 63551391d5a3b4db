// The directed cases of test/model by shape of the event, and the model's step on each shape as terms.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A mutant that writes into the state it was given must not spoil it for the next one. Terms stay as they are. */
function frozen(x) {
  if (typeof x === 'object' && x !== null && !('op' in x)) Object.values(Object.freeze(x)).forEach(frozen)
  return x
}

export async function corpora(dist) {
  const load = (path) => import(pathToFileURL(join(dist, path)).href)
  const [{ fresh, step: baseStep, allKernels: baseKernels, eventWidth }, { boolVar, bvVar }, { compileStep }, { configSpec, specOf }, { leaves }, sim, { leafAt, diff }, { directedCase, directions }, { leftOut }, { seededChoices }] =
    await Promise.all(['model/index.js', 'model/terms/build.js', 'test/sim/compile-terms.js', 'trace/state.js', 'trace/spec.js', 'sim/index.js', 'sim/diff.js', 'test/model/directed.js', 'test/model/left-out.js', 'sim/choices.js'].map(load))

  const config = fresh(configSpec, 'c.')
  const symbolicStates = new Map()
  const symbolic = (s) => {
    const key = `${s.cpus.length},${s.tasks.length}`
    if (!symbolicStates.has(key)) symbolicStates.set(key, frozen(fresh(specOf(s), 's.')))
    return symbolicStates.get(key)
  }
  /** An event with variables e.… for its numbers. */
  const variables = (e) => {
    const lift = (key, path, v) => {
      if (typeof v === 'bigint') return bvVar(eventWidth(key), path)
      if (typeof v === 'boolean') return boolVar(path)
      if (Array.isArray(v)) return v.map((x, i) => lift(key, `${path}[${i}]`, x))
      if (typeof v === 'object' && v !== null) return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, lift(k, key === 'set' ? `${path}[${JSON.stringify(k)}]` : `${path}.${k}`, x)]))
      return v
    }
    return lift('', 'e', e)
  }
  const shapeOf = (kernel, s, e) => [kernel, s.cpus.length, s.tasks.length, ...Object.values(e).filter((v) => typeof v === 'string' || typeof v === 'number'), ...e.kind === 'user' ? Object.keys(e.set).sort() : []].join(' ')

  /** shape → { kernel, state, event, entries }; an entry: config, state, event, what the simulator makes of it, whether the model may leave it out. */
  const shapes = new Map()
  const add = (kernel, config, state, event) => {
    let after
    try { after = sim.simulateWith(sim.kernelOf(kernel), config, state, event) } catch (e) { if (!(e instanceof sim.NotEnabled)) throw e }
    const key = shapeOf(kernel, state, event)
    if (!shapes.has(key)) shapes.set(key, { key, kernel, state, event, entries: [] })
    shapes.get(key).entries.push({ config, state, event, after, out: after !== undefined && leftOut(kernel, config, state, event, after) !== undefined })
  }
  for (const what of directions) {
    const c = seededChoices(7)
    for (const k of baseKernels) for (let i = 0; i < 60; i++) {
      const { config, state, event } = directedCase(c, k.name, what)
      add(k.name, config, state, event)
    }
  }
  // cheap events first, and one kernel after the other: most of the model is the same for all
  const first = ['rfc-v2', 'tango-v5.4', 'v4-series'], cost = { ptrace: 3, signal: 2, rt_sigreturn: 2, sigreturn: 2 }
  const rank = (s) => 10 * (cost[s.event.call ?? s.event.kind] ?? 1) + (first.includes(s.kernel) ? first.indexOf(s.kernel) : 9)
  const ordered = [...shapes.values()].sort((a, b) => rank(a) - rank(b))

  /** Every leaf of the state after the step, as terms. */
  const terms = (step, kernels, shape) => {
    const r = step(kernels.find((k) => k.name === shape.kernel), config, symbolic(shape.state), variables(shape.event))
    return { enabled: r.enabled, leaves: leaves(specOf(shape.state), r.state) }
  }
  /** The same leaves before the step. */
  const untouched = (shape) => leaves(specOf(shape.state), symbolic(shape.state))
  return { shapes: ordered, terms, baseStep, baseKernels, compileStep, leafAt, diff, untouched }
}
