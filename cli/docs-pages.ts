/** Pages that follow from the code alone: the JSON Schemas of the files that come in, the register tables, and what is recorded of invariants, findings and rungs. */
import { z } from 'zod'
import { recordedRungs } from '../guest/replay/recorded.js'
import { allKernels } from '../model/kernels/index.js'
import { readBreaking } from '../proofs/breaking/record.js'
import { readInvariants } from '../proofs/recorded.js'
import { invariantsPage } from '../report/invariants-page.js'
import { registersPage } from '../report/registers-page.js'
import { rungsPage } from '../report/rungs-page.js'
import { scenarioSchema } from '../sim/scenario-schema.js'
import { itfSchema } from '../trace/itf.js'
import { findingsDocument } from './docs-findings.js'

const schemas: readonly { name: string, title: string, schema: z.ZodType }[] = [
  { name: 'trace', title: 'A trace of arm64-compat (ITF), docs/traces.md', schema: itfSchema },
  { name: 'scenario', title: 'A scenario of arm64-compat, docs/scenarios.md', schema: scenarioSchema },
]

/** YAML's integers are bigints here. */
const integers: NonNullable<z.core.ToJSONSchemaParams['override']> = ({ zodSchema, jsonSchema }) => {
  const { def } = zodSchema._zod
  if (def.type === 'bigint') jsonSchema.type = 'integer'
  if (def.type === 'literal' && def.values.some((v) => typeof v === 'bigint')) jsonSchema.enum = def.values.map((v) => typeof v === 'bigint' ? Number(v) : v as never)
}

/** Path below the repository and text of each. */
export function codePages(): { path: string, text: string }[] {
  return [
    ...schemas.map(({ name, title, schema }) => ({
      path: `docs/schema/${name}.json`,
      text: `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input', reused: 'ref', unrepresentable: 'any', override: integers }) }, null, 1)}\n`,
    })),
    { path: 'docs/registers.md', text: registersPage() },
    { path: 'docs/rungs.md', text: rungsPage(recordedRungs()) },
    { path: 'docs/invariants.md', text: invariantsPage(allKernels, readInvariants(), readBreaking()) },
    findingsDocument(),
  ]
}
