import * as z from 'zod'
import { capitalised } from './names.ts'
import type { DescribedRoute, JsonSchema } from './schema.ts'

/** The schemas of all bodies and answers, each under a name, and where a route finds its own. */
export interface NamedSchemas {
  readonly components: Readonly<Record<string, JsonSchema>>
  bodyOf(route: DescribedRoute): JsonSchema | undefined
  answerOf(route: DescribedRoute): JsonSchema | undefined
}

export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

type Named = z.core.$ZodRegistry<{ id: string }>

/** What a request may hold differs from what is made of it (defaults are filled in, for one), so bodies are read as input and answers as output. */
export function namedSchemas(routes: readonly DescribedRoute[], nameOf: ReadonlyMap<DescribedRoute, string>): NamedSchemas {
  const bodies: Named = z.registry<{ id: string }>()
  const answers: Named = z.registry<{ id: string }>()
  const taken = new Set<string>()
  for (const route of routes) if (route.body) register(bodies, route.body, `${capitalised(nameOf.get(route) ?? '')}Body`, taken)
  // What is read by itself gives its schema the best name, so it comes first.
  const isRead = (route: DescribedRoute): number => (nameOf.get(route)?.startsWith('read') ? 0 : 1)
  for (const route of routes.toSorted((a, b) => isRead(a) - isRead(b))) if (route.returns) register(answers, route.returns, answerName(nameOf.get(route) ?? ''), taken)
  return {
    components: { ...jsonSchemas(bodies, 'input'), ...jsonSchemas(answers, 'output') },
    bodyOf: ({ body }) => reference(bodies, body),
    answerOf: ({ returns }) => reference(answers, returns),
  }
}

/** One schema by itself, as a request fills it. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return plain(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema)
}

function register(registry: Named, schema: z.ZodType, wanted: string, taken: Set<string>): void {
  if (registry.has(schema)) return
  let id = wanted
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}${number}`
  taken.add(id)
  registry.add(schema, { id })
}

function answerName(operation: string): string {
  return /^read[A-Z]/.test(operation) ? operation.slice('read'.length) : `${capitalised(operation)}Result`
}

function reference(registry: Named, schema: z.ZodType | undefined): JsonSchema | undefined {
  const id = schema && registry.get(schema)?.id
  return id === undefined ? undefined : refTo(id)
}

function jsonSchemas(registry: Named, io: 'input' | 'output'): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(registry, { io, unrepresentable: 'any', uri: (id) => `#/components/schemas/${id}` }) as unknown as { schemas: Record<string, JsonSchema & { $defs?: Record<string, JsonSchema> }> }
  const { __shared: shared, ...named } = schemas
  const parts = Object.entries(shared?.$defs ?? {}).map(([id, schema]) => [sharedName(io, id), schema] as const)
  return Object.fromEntries([...Object.entries(named), ...parts].map(([id, schema]) => [id, plain(schema, io)]))
}

function sharedName(io: 'input' | 'output', id: string): string {
  return `${capitalised(io)}${capitalised(id)}`
}

const NUMBER_LIMIT = Number.MAX_SAFE_INTEGER

/** Without what zod adds for readers of a schema that stands alone, and with references that hold inside the document. */
function plain(schema: JsonSchema, io: 'input' | 'output' = 'input'): JsonSchema {
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => {
    if (key === '$schema' || key === '$id') return undefined
    if ((key === 'minimum' && value === -NUMBER_LIMIT) || (key === 'maximum' && value === NUMBER_LIMIT)) return undefined
    // Answers may get more fields, so clients must not refuse what they do not know.
    if (io === 'output' && key === 'additionalProperties' && value === false) return undefined
    if (key === '$ref') return String(value).replace(/^.*__shared#\/\$defs\/(.*)$/, (_, id: string) => `#/components/schemas/${sharedName(io, id)}`)
    return value
  })) as JsonSchema
}
