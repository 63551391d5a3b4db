/** Kernel C source to terms. Nothing of a source is compiled or executed. */
import { Lifter, type Lifted, type NotLifted, type Request } from './lift.js'
import { modelledFunctions } from './names.js'
import type { Tree } from './tree.js'

/** Lifts the named functions of a tree, each with the request made for it; what cannot be lifted says why and where. */
export async function lift(tree: Tree, names: readonly string[] = modelledFunctions, request: (name: string) => Request = () => ({})): Promise<(Lifted | NotLifted)[]> {
  const lifter = await Lifter.on(tree)
  return names.map((n) => lifter.lift(n, request(n)))
}
export { Lifter, type Binding, type Lifted, type NotLifted, type Request } from './lift.js'
export { directory, overlay, Tree, type Files } from './tree.js'
export { modelledFunctions } from './names.js'
export { renderLifted, termText } from './render.js'
export { LiftError, limits, type Place } from './errors.js'
