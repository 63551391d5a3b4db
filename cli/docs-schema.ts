/** The JSON Schemas of the files that come in, derived from the zod schemas that read them. */
import { z } from 'zod'
import { itfSchema } from '../trace/itf.js'

const schemas: readonly { name: string, title: string, schema: z.ZodType }[] = [
  { name: 'trace', title: 'A trace of arm64-compat (ITF), docs/traces.md', schema: itfSchema },
]

/** Path below the repository and text of each published schema. */
export function schemaFiles(): { path: string, text: string }[] {
  return schemas.map(({ name, title, schema }) => ({
    path: `docs/schema/${name}.json`,
    text: `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input', reused: 'ref' }) }, null, 1)}\n`,
  }))
}
