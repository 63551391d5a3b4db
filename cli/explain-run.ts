import type { Userspace } from '../proofs/claim.js'
import { explainText } from '../report/explain.js'
import { explanationJson } from '../report/explanation-json.js'
import type { Status } from './action.js'
import { chosenClaims, chosenKernels, chosenUserspaces, engine, invariantsOf } from './deciding.js'
import { explanation } from './explaining.js'
import { colours, emit } from './output.js'
import { progressLine } from './progress.js'

export interface ExplainOptions { kernel?: string[], userspace?: Userspace, cache: boolean, json?: string }

export async function explain(name: string, options: ExplainOptions): Promise<Status> {
  const [claims, kernels] = [await chosenClaims([name]), await chosenKernels(options.kernel)]
  const e = engine({ solver: 'embedded', cache: options.cache })
  const line = progressLine(`explaining ${name}`)
  line.at(0, 1)
  try {
    const kept = await invariantsOf(kernels, e.oracle)
    const found = await explanation(claims[0]!, { kernels, userspaces: chosenUserspaces(options.userspace), oracle: e.oracle, kept, timeoutMs: e.timeoutMs })
    line.end()
    emit(options.json, () => explanationJson(found), () => explainText(found, colours()))
    return found.decisions.some((d) => d.verdict === 'unknown') ? 3 : 0
  } finally {
    line.end()
    await e.close()
  }
}
