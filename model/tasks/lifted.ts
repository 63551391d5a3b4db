/**
 * Functions whose meaning was read from a source and stands in place of the model's own: `check --tree` puts them into a kernel where the
 * source does what no kernel of the model does. A body is a set of terms over the variables of one state, `current.regs[3]`, `cpu.TPIDR_EL0`,
 * `config.kpti`; where the function is called they are replaced by the caller's.
 */
import { is, not } from '../terms/build.js'
import { substitute } from '../terms/substitute.js'
import type { Bool, BV, Term } from '../terms/term.js'
import type { Kernel, SymConfig } from './kernel.js'
import type { SymCpu, SymTask } from './symbolic.js'

/** What a caller has. Tasks and CPU are changed; `values` are single variables, by name. */
export interface Caller { readonly config?: SymConfig, readonly cpu?: SymCpu, readonly current?: SymTask, readonly target?: SymTask, readonly values?: Readonly<Record<string, Term>> }

/** The source reads something that the model does not have where it calls the function. */
export class NotInModelError extends Error {
  readonly code = 'E_NOT_MODELLED'
  constructor(readonly fn: string, what: string) {
    super(`${fn} reads ${what} in the source, which the model does not have there`)
    this.name = 'NotInModelError'
  }
}

type Fields = Record<string, unknown>
/** `frame.words[3]` of a task: the object or array that has it, and the key in it. */
function slot(root: object, path: string): { of: Fields, key: string } | undefined {
  const keys = path.split(/[.[\]]+/).filter((k) => k !== '')
  let of = root as Fields
  for (const k of keys.slice(0, -1)) {
    const next = of[k]
    if (typeof next !== 'object' || next === null) return undefined
    of = next as Fields
  }
  const key = keys.at(-1)!
  return key in of ? { of, key } : undefined
}

/** Runs the lifted body of `name` for a caller, if the kernel has one: what it returns, and what a path holds afterwards. */
export function lifted(k: Kernel, name: string, caller: Caller): { readonly result: Term | undefined, readonly after: (path: string) => Term | undefined } | undefined {
  const body = k.lifted?.get(name)
  if (body === undefined) return undefined
  const find = (path: string): { of: Fields, key: string } | undefined => {
    const dot = path.indexOf('.')
    const owner = caller[path.slice(0, dot) as 'current']
    return owner === undefined ? undefined : slot(owner, path.slice(dot + 1))
  }
  const paths = [...body.changes.keys()]
  const roots = [...body.changes.values(), ...(body.result === undefined ? [] : [body.result])]
  const now = substitute(roots, (t) => {
    if (t.op !== 'var') return undefined
    const given = caller.values?.[t.name]
    if (given !== undefined) return given
    const s = find(t.name)
    if (s === undefined) throw new NotInModelError(name, t.name)
    return s.of[s.key] as Term
  })
  paths.forEach((path, i) => {
    const s = find(path)
    if (s !== undefined) s.of[s.key] = now[i]
    else if (caller.values?.[path] === undefined) throw new NotInModelError(name, path)
  })
  return { result: body.result === undefined ? undefined : now.at(-1), after: (path) => { const i = paths.indexOf(path); return i < 0 ? undefined : now[i] } }
}

/** The dispatchers, of AArch64 first: the parts of each that the model has as events of their own. Before the handler; after it, untraced; after it where the exit is traced, where that differs. */
export const dispatcherHalves = [halvesOf('do_el0_svc'), halvesOf('do_el0_svc_compat')] as const
function halvesOf<F extends string>(fn: F): { readonly fn: F, readonly upToCall: string, readonly afterCall: string, readonly afterTraceExit: string } {
  return { fn, upToCall: `${fn}: up to invoke_syscall`, afterCall: `${fn}: after invoke_syscall`, afterTraceExit: `${fn}: after syscall_trace_exit` }
}

/** An int result as C understands a condition. */
export const truth = (t: Term): Bool => not(is(t as BV, 0))
