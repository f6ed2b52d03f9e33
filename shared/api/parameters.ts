import { exampleOf } from './examples.ts'
import type { DescribedRoute, JsonSchema, Parameter } from './schema.ts'
import { inputSchema } from './schemas.ts'

/** Everything of a request but its body: parts of the path, the query, and the headers that mean something here. */
export function parametersOf(route: DescribedRoute): Parameter[] {
  return [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)]
}

function pathParameters({ path, params }: DescribedRoute): Parameter[] {
  const known = params ? inputSchema(params).properties : undefined
  return [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => {
    const schema = known?.[name] ?? { type: 'string' }
    return { name, in: 'path', required: true, ...described(schema), schema, example: exampleOf(schema, name, { components: {}, area: path.split('/')[2] ?? '' }) }
  })
}

function queryParameters({ query }: DescribedRoute): Parameter[] {
  if (!query) return []
  const { properties = {}, required = [], additionalProperties } = inputSchema(query)
  const named = Object.entries(properties).map(([name, schema]): Parameter => ({ name, in: 'query', ...(required.includes(name) ? { required: true } : {}), ...described(schema), schema }))
  return typeof additionalProperties === 'object' ? [...named, filters(additionalProperties)] : named
}

/** The list's filters: any name that stands for no other parameter. */
function filters(values: JsonSchema): Parameter {
  return {
    name: 'filter',
    in: 'query',
    style: 'form',
    explode: true,
    description: 'Any field of the type, also `id`, `version` and `observerIds`, with an operator in brackets if it is another than eq: `?stageId=NEW&amount[ge]=1000`. Operators: eq, ne, gt, ge, lt, le, in (values with commas between), contains.',
    schema: { type: 'object', additionalProperties: values },
    example: { stageId: 'NEW', 'amount[ge]': '1000' },
  }
}

function headerParameters({ method, public: isPublic, takesIfMatch }: DescribedRoute): Parameter[] {
  return [
    ...(takesIfMatch ? [ifMatch] : []),
    ...(method === 'POST' && !isPublic ? [idempotencyKey] : []),
  ]
}

const ifMatch: Parameter = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag of the version you mean. If it is no longer that version, nothing is changed and the answer is 412.',
  schema: { type: 'string', pattern: '^(\\*|"\\d{1,15}")$' },
  example: '"3"',
}

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'A text of your own for this request, best a UUID. Sent again with the same key and body within 48 hours, it is done once and answered the same; with another body the answer is 422.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e][\\x20-\\x7e]{0,254}$' },
  example: 'f2b4f6f0-58a1-4a5e-9a54-0b9f2b1c7d31',
}

function described({ description }: JsonSchema): { description?: string } {
  return description === undefined ? {} : { description }
}
