/** The zod schemas of states, configurations and the head of a trace. (Apart from the specs: loading zod takes 0.1 s.) */
import { z } from 'zod'
import { isLeaf, isList, zero, type Concrete, type Leaf, type Of } from './spec.js'
import { configSpec, laterFields, stateSpec } from './state.js'

const bounded = (bits: number): z.ZodType<bigint> => z.bigint().min(0n).max((1n << BigInt(bits)) - 1n)
const leafSchema: { [K in Leaf]: z.ZodType } = {
  bool: z.boolean(), u8: bounded(8), u16: bounded(16), u32: bounded(32), u64: bounded(64), u128: bounded(128),
}

/** The zod schema of concrete values. Unknown keys are refused; `laterFields` may be missing. */
export function schema<S>(spec: S): z.ZodType<Of<S, Concrete>> {
  if (isLeaf(spec)) return leafSchema[spec] as z.ZodType<Of<S, Concrete>>
  if (isList(spec)) return z.array(schema(spec.list)).length(spec.length) as unknown as z.ZodType<Of<S, Concrete>>
  const fields: Record<string, z.ZodType> = {}
  for (const [name, s] of Object.entries(spec as object)) fields[name] = laterFields.has(name) ? schema(s).default(zero(s) as never) : schema(s)
  return z.strictObject(fields) as unknown as z.ZodType<Of<S, Concrete>>
}

export const configSchema = schema(configSpec)
export const stateSchema = (cpus: number, tasks: number): z.ZodType<Of<ReturnType<typeof stateSpec>, Concrete>> => schema(stateSpec(cpus, tasks))

export const traceHeadSchema = z.strictObject({
  kernel: z.string().min(1).max(200),
  config: configSchema,
  start: z.enum(['exec', 'assumed']),
  claim: z.string().max(200).optional(),
  userspace: z.enum(['any', 'contract']).optional(),
  irrelevant: z.array(z.string()).optional(),
})
