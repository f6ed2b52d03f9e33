import { itemInputOf, itemPatchOf } from '../items/index.ts'
import type { TypeDefinition } from '../types/index.ts'
import { capitalised } from './names.ts'
import type { DescribedRoute, JsonSchema } from './schema.ts'
import { inputSchema, refTo } from './schemas.ts'

/**
 * Items are described type by type, which the route tables cannot do: a type and its fields are found out when a request comes. `Deal`, `DealInput`
 * and `DealPatch` are made from the very schemas that check the requests.
 */

type Part = 'view' | 'input' | 'patch'

/** Which routes take or give an item of the type in the path. */
const bodies: Readonly<Record<string, Part>> = { 'POST /v1/items/{type}': 'input', 'PATCH /v1/items/{type}/{id}': 'patch' }
const answers = ['POST /v1/items/{type}', 'GET /v1/items/{type}/{id}', 'PATCH /v1/items/{type}/{id}', 'POST /v1/items/{type}/{id}/observers', 'POST /v1/items/{type}/{id}/restore']

export function itemBodyOf({ method, path }: DescribedRoute): 'input' | 'patch' | undefined {
  const part = bodies[`${method} ${path}`]
  return part === 'view' ? undefined : part
}

export function answersItem({ method, path }: DescribedRoute): boolean {
  return answers.includes(`${method} ${path}`)
}

/** `{ deal: { $ref: ... } }` for each type. */
export function itemRefs(types: readonly TypeDefinition[], part: Part): Record<string, JsonSchema> {
  return Object.fromEntries(types.map(({ code }) => [code, refTo(nameOf(code, part))]))
}

/** The components of all types. `item` is what an answer with an item holds whatever its type. */
export function itemSchemas(types: readonly TypeDefinition[], item: JsonSchema): Record<string, JsonSchema> {
  return Object.fromEntries(
    types.flatMap((type) => {
      const input = inputSchema(itemInputOf(type))
      return [
        [nameOf(type.code, 'view'), viewOf(type, item, input)],
        [nameOf(type.code, 'input'), { ...input, description: `A new item of the type ${type.code} (${type.title}).` }],
        [nameOf(type.code, 'patch'), { ...inputSchema(itemPatchOf(type)), description: `A change of an item of the type ${type.code}: what is left out stays, null clears.` }],
      ]
    }),
  )
}

/** What an answer holds: what every item has, and the fields of the type, of which any may be empty. */
function viewOf(type: TypeDefinition, item: JsonSchema, input: JsonSchema): JsonSchema {
  const times = { createdAt: moment, createdBy: { type: 'string' }, updatedAt: moment, updatedBy: { type: 'string' } }
  const own = Object.entries(input.properties ?? {}).filter(([name]) => !(name in (item.properties ?? {})) && name !== 'fields')
  const fields = input.properties?.['fields']
  return {
    type: 'object',
    description: `An item of the type ${type.code} (${type.title}).`,
    properties: {
      ...item.properties,
      type: { const: type.code },
      ...Object.fromEntries(own.map(([name, schema]) => [name, orNull(schema)])),
      ...(fields ? { fields: { type: 'object', properties: Object.fromEntries(Object.entries(fields.properties ?? {}).map(([name, schema]) => [name, orNull(schema)])) } } : {}),
      ...times,
    },
    required: [...(item.required ?? [])],
    additionalProperties: {},
  }
}

const moment: JsonSchema = { type: 'string', format: 'date-time' }

/** Defaults belong to what comes in, and an empty field shows as null. */
function orNull(schema: JsonSchema): JsonSchema {
  const { default: _default, ...rest } = schema
  // What nobody may send, only the product itself sets.
  if (rest.not) return {}
  if (rest.anyOf?.some((one) => one.type === 'null')) return rest
  return { anyOf: [rest, { type: 'null' }] }
}

function nameOf(code: string, part: Part): string {
  return capitalised(code) + (part === 'view' ? '' : capitalised(part))
}
