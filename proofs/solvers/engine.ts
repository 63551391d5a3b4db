/**
 * The embedded z3: SMT-LIB text evaluated synchronously on low-level contexts. The high-level interface of z3-solver is not
 * used: its finalisers touch the engine from another thread. Inside a worker only.
 */
import { createRequire } from 'node:module'
import type { init as Init } from 'z3-solver/build/low-level/index.js'

export type Engine = Awaited<ReturnType<typeof Init>>
/** `WebAssembly.Module`; Node's types have no name for it. */
export type CompiledEngine = object
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<CompiledEngine>
  Instance: new (module: CompiledEngine, imports: object) => object
}
interface Emscripten { ccall(name: string, result: string, types: string[], args: unknown[]): string }

const require = createRequire(import.meta.url)
/** The compiled engine's file: compiled once on the main thread, instantiated in every worker. */
export const wasmFile = (): string => require.resolve('z3-solver/build/z3-built.wasm')

export const compileEngine = (bytes: Uint8Array): Promise<CompiledEngine> => WebAssembly.compile(bytes)

/** @param wasm what `compileEngine` made of `wasmFile()` */
export async function loadEngine(wasm: CompiledEngine): Promise<Engine> {
  const low = require('z3-solver/build/low-level/index.js') as { init: typeof Init }
  return low.init(require('z3-solver/build/z3-built.js'), {
    // Emscripten wants the exports after the glue code has run to its end
    instantiateWasm(imports: object, done: (instance: object, module: CompiledEngine) => void) {
      const instance = new WebAssembly.Instance(wasm, imports)
      rememberEntries(instance)
      queueMicrotask(() => done(instance, wasm))
      return {}
    },
  })
}

/**
 * The glue code looks every indirect call up in the engine's function table, to assert that its own copy is right: a tenth of all time.
 * The table's `get` answers from memory instead; `set` and `grow` forget.
 */
function rememberEntries(instance: object): void {
  const { exports } = instance as { exports: Record<string, unknown> }
  interface Table { readonly length: number, get(i: number): unknown, set(i: number, f: unknown): void, grow(n: number): number }
  for (const table of Object.values(exports)) {
    if (Object.prototype.toString.call(table) !== '[object WebAssembly.Table]') continue
    const t = table as Table
    const [get, set, grow] = [t.get.bind(t), t.set.bind(t), t.grow.bind(t)]
    // filled: an array with holes would be looked up by hashing
    const nothing = (): unknown[] => new Array<unknown>(t.length).fill(undefined)
    let known = nothing()
    t.get = (i) => known[i] ?? (known[i] = get(i))
    t.set = (i, f) => { known = nothing(); set(i, f) }
    t.grow = (n) => { const before = grow(n); known = nothing(); return before }
  }
}

/** One context: what was declared and asserted stays until `close`. */
export class Session {
  readonly #context: ReturnType<Engine['Z3']['mk_context_rc']>

  constructor(private readonly engine: Engine) {
    const config = engine.Z3.mk_config()
    this.#context = engine.Z3.mk_context_rc(config)
    engine.Z3.del_config(config)
  }
  /** Runs commands; what z3 prints. */
  run(text: string): string {
    return (this.engine.em as Emscripten).ccall('Z3_eval_smtlib2_string', 'string', ['number', 'string'], [this.#context, text])
  }
  /** The work that a check may take; 0 for any. z3 keeps it beyond the context: state it each time. */
  limit(rlimit: number): void { this.run(`(set-option :rlimit ${rlimit})`) }
  close(): void { this.engine.Z3.del_context(this.#context) }
}
