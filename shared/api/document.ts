import type { TypeDefinition } from '../types/index.ts'
import { exampleOf } from './examples.ts'
import { answersItem, itemBodyOf, itemRefs, itemSchemas } from './item-schemas.ts'
import { namesOfOperations } from './names.ts'
import { parametersOf } from './parameters.ts'
import { gatewayMessageSchema, problemResponses, problemSchema, responsesOf } from './responses.ts'
import type { ApiDocument, DescribedRoute, JsonSchema, MediaType, Operation } from './schema.ts'
import { namedSchemas } from './schemas.ts'

const ABOUT = [
  'The CRM over HTTP: everything under /v1, JSON in and out.',
  'Lists take `limit` (1 to 200, 50 if left out) and `cursor`, and answer `{ items, nextCursor }`; they are over when `nextCursor` is null.',
  'Problems are `application/problem+json` with a stable `code`, and name each bad field.',
  'Anybody gets this description with the types that every company has; with your token you get it with the types and fields of your company.',
].join('\n\n')

/** The description of the API for a company with these types (API-1). */
export function documentOf(routes: readonly DescribedRoute[], types: readonly TypeDefinition[]): ApiDocument {
  const nameOf = namesOfOperations(routes)
  const named = namedSchemas(routes, nameOf)
  const schemas: Record<string, JsonSchema> = { Problem: problemSchema, GatewayMessage: gatewayMessageSchema, ...named.components }
  const item = routes.find(answersItem)
  const itemView = item && resolved(schemas, named.answerOf(item))
  if (itemView) Object.assign(schemas, itemSchemas(types, itemView))

  const media = (schema: JsonSchema, route: DescribedRoute): MediaType => ({ schema, example: exampleOf(schema, '', { components: schemas, area: areaOf(route) }) })
  const byType = (part: 'view' | 'input' | 'patch'): MediaType => {
    const refs = itemRefs(types, part)
    const examples = Object.entries(refs).map(([code, ref]) => [code, { value: exampleOf(ref, '', { components: schemas, area: 'items' }) }] as const)
    return { schema: { anyOf: Object.values(refs) }, examples: Object.fromEntries(examples) }
  }
  const bodyOf = (route: DescribedRoute): MediaType | undefined => {
    const part = itemBodyOf(route)
    const schema = named.bodyOf(route)
    return part ? byType(part) : schema && media(schema, route)
  }
  const answerOf = (route: DescribedRoute): MediaType | undefined => {
    const schema = named.answerOf(route)
    return answersItem(route) ? byType('view') : schema && media(schema, route)
  }
  const isVersioned = (route: DescribedRoute): boolean => resolved(schemas, named.answerOf(route))?.properties?.['version'] !== undefined

  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    const path = (paths[route.path] ??= {})
    path[route.method.toLowerCase()] = operationOf(route, { operationId: nameOf.get(route) ?? '', isVersioned: isVersioned(route), body: bodyOf(route), answer: answerOf(route) })
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Leadline', version: '1', description: ABOUT, license: { name: 'Apache 2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [...new Set(routes.map(areaOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: withoutUnused(schemas, paths),
      responses: problemResponses,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token of the company’s OpenID Connect issuer.' } },
    },
  }
}

interface OperationParts {
  readonly operationId: string
  readonly isVersioned: boolean
  readonly body: MediaType | undefined
  readonly answer: MediaType | undefined
}

function operationOf(route: DescribedRoute, { operationId, isVersioned, body, answer }: OperationParts): Operation {
  const parameters = parametersOf(route)
  return {
    operationId,
    summary: route.summary,
    tags: [areaOf(route)],
    ...(route.public ? { security: route.welcomesToken ? [{}, { token: [] }] : [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: !route.body?.safeParse(undefined).success, content: { 'application/json': body } } } : {}),
    responses: responsesOf(route, isVersioned, answer),
  }
}

/** `items` of `/v1/items/{type}`. */
function areaOf({ path }: DescribedRoute): string {
  return path.split('/')[2]?.replace(/\..*$/, '') ?? ''
}

function resolved(schemas: Readonly<Record<string, JsonSchema>>, schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.$ref === undefined ? schema : schemas[schema.$ref.slice('#/components/schemas/'.length)]
}

/** Schemas that another took the place of, such as the one of an item of any type, are left out. */
function withoutUnused(schemas: Readonly<Record<string, JsonSchema>>, paths: unknown): Record<string, JsonSchema> {
  const used = new Set<string>(['Problem', 'GatewayMessage'])
  const look = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name) || !schemas[name]) continue
      used.add(name)
      look(schemas[name])
    }
  }
  look(paths)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
}
