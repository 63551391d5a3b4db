/** Pages that follow from the code alone: the JSON Schemas of the files that come in, the register tables. */
import { z } from 'zod'
import { registersPage } from '../report/registers-page.js'
import { itfSchema } from '../trace/itf.js'

const schemas: readonly { name: string, title: string, schema: z.ZodType }[] = [
  { name: 'trace', title: 'A trace of arm64-compat (ITF), docs/traces.md', schema: itfSchema },
]

/** Path below the repository and text of each. */
export function codePages(): { path: string, text: string }[] {
  return [
    ...schemas.map(({ name, title, schema }) => ({
      path: `docs/schema/${name}.json`,
      text: `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input', reused: 'ref' }) }, null, 1)}\n`,
    })),
    { path: 'docs/registers.md', text: registersPage() },
  ]
}
