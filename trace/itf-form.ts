/**
 * From the zod schema of a value to the zod schema of its ITF form: integers are `{"#bigint": "…"}` (plain safe integers
 * are read, too), records with computed keys are `{"#map": [[key, value], …]}`. Long lists that are mostly zero (`sparse`)
 * are maps from index to value, zeros left out: an index that is not there is zero. They may also be given in full.
 */
import { z } from 'zod'

/** Lists written as sparse maps, by the name of the field that holds them. */
export const sparse: ReadonlySet<string> = new Set(['words', 'vregs', 'residue'])

const bigintForm = z.strictObject({ '#bigint': z.string().regex(/^\d{1,39}$/) })
const integer = z.union([bigintForm, z.int().min(0)]).transform((v) => typeof v === 'number' ? BigInt(v) : BigInt(v['#bigint']))

/** The schema that reads the ITF form of what `schema` describes. `name`: the field that holds the value. */
export function itfForm(schema: z.core.$ZodType, name = ''): z.ZodType {
  if (schema instanceof z.ZodDefault) return itfForm(schema._zod.def.innerType, name).prefault(toForm(schema._zod.def.defaultValue) as never)
  if (schema instanceof z.ZodBigInt) return integer.pipe(schema)
  if (schema instanceof z.ZodObject) {
    return z.strictObject(Object.fromEntries(Object.entries<z.core.$ZodType>(schema.shape).map(([k, s]) => [k, itfForm(s, k)])))
  }
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map((o) => itfForm(o, name)))
  if (schema instanceof z.ZodRecord) return mapForm(z.string(), itfForm(schema.valueType)).transform((m) => Object.fromEntries(m)).pipe(schema)
  if (schema instanceof z.ZodArray) {
    const element = itfForm(schema.element)
    const length = exactLength(schema)
    const whole = length === undefined ? z.array(element) : z.array(element).length(length)
    return sparse.has(name) && length !== undefined ? z.union([sparseForm(element, length), whole]) : whole
  }
  if (schema instanceof z.ZodType) return schema
  throw new TypeError(`no ITF form for ${schema._zod.def.type}`)
}

function mapForm<K extends z.ZodType, V extends z.ZodType>(key: K, value: V) {
  return z.strictObject({ '#map': z.array(z.tuple([key, value])) }).transform((m) => m['#map'])
}

function sparseForm(element: z.ZodType, length: number): z.ZodType {
  const index = integer.pipe(z.bigint().max(BigInt(length - 1)))
  return mapForm(index, element).transform((entries, context) => {
    const out: unknown[] = new Array<bigint>(length).fill(0n)
    const seen = new Set<bigint>()
    for (const [i, v] of entries) {
      if (seen.has(i)) context.addIssue(`index ${i} twice`)
      seen.add(i)
      out[Number(i)] = v
    }
    return out
  })
}

function exactLength(schema: z.ZodArray): number | undefined {
  for (const check of schema._zod.def.checks ?? []) {
    const def: z.core.$ZodCheckDef & { length?: unknown } = check._zod.def
    if (def.check === 'length_equals' && typeof def.length === 'number') return def.length
  }
  return undefined
}

/** The ITF form of a plain value. `name`: the field that holds it. */
export function toForm(value: unknown, name = ''): unknown {
  if (typeof value === 'bigint') return { '#bigint': value.toString() }
  if (Array.isArray(value)) {
    if (!sparse.has(name)) return value.map((v) => toForm(v))
    return { '#map': value.flatMap((v: unknown, i) => v === 0n ? [] : [[toForm(BigInt(i)), toForm(v)]]) }
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    if (name === 'set') return { '#map': entries.map(([k, v]) => [k, toForm(v)]) }
    return Object.fromEntries(entries.map(([k, v]) => [k, toForm(v, k)]))
  }
  return value
}
