import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { ApiDocument, JsonSchema, Operation } from '../../shared/api/index.ts'

/** What the description of the API says of one route. */
export interface DescribedOperation {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/** The description, ready to judge bodies and answers by a validator that is not ours. */
export interface DescribedApi {
  readonly document: ApiDocument
  readonly operations: readonly DescribedOperation[]
  /** The operation that a request would reach: text in a path goes before a variable. */
  find(method: string, path: string): DescribedOperation | undefined
  /** What is wrong with a value by the schema at a place of the document, such as `#/components/schemas/User`; nothing if it is as described. */
  faults(pointer: string, value: unknown): readonly string[]
  /** What is wrong with an answer of an operation: its status is not described, or its body is not as described. */
  faultsOfAnswer(operation: DescribedOperation, status: number, contentType: string, body: unknown): readonly string[]
}

/** With `closed`, answers may hold no field that is not described. (The description itself leaves them open, since more may come.) */
export function describedApi(document: ApiDocument, { closed = false } = {}): DescribedApi {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true })
  // The package is CommonJS: what it exports as default is the function itself.
  ;(addFormats as unknown as (ajv: Ajv2020) => void)(ajv)
  ajv.addSchema((closed ? withoutMore(document) : document) as Record<string, unknown>, 'api')
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]): DescribedOperation => ({ method: method.toUpperCase(), path, operation })))
  const matchers = operations.map((one) => ({ one, pattern: patternOf(one.path), variables: one.path.split('{').length })).toSorted((a, b) => a.variables - b.variables)

  const faults: DescribedApi['faults'] = (pointer, value) => {
    const validate = ajv.getSchema(`api${pointer}`)
    if (!validate) throw new Error(`The document has no schema at ${pointer}.`)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath || '/'} ${message ?? ''} ${JSON.stringify(params)}`)
  }
  return {
    document,
    operations,
    faults,
    find: (method, path) => matchers.find(({ one, pattern }) => one.method === method && pattern.test(path))?.one,
    faultsOfAnswer({ method, path, operation }, status, contentType, body) {
      const response = operation.responses[String(status)]
      if (!response) return [`${status} is not described`]
      const resolved = '$ref' in response ? document.components.responses[response.$ref.slice('#/components/responses/'.length)] : response
      const type = contentType.split(';')[0] ?? ''
      const media = resolved?.content?.[type]
      if (!media) return resolved?.content ? [`${status} with ${type} is not described`] : []
      const own = `#/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}`
      const place = '$ref' in response ? response.$ref : own
      return media.schema ? faults(`${place}/content/${escaped(type)}/schema`, body) : []
    },
  }
}

/** Where the schema of an operation's body stands. */
export function bodyPointer({ method, path }: DescribedOperation): string {
  return `#/paths/${escaped(path)}/${method.toLowerCase()}/requestBody/content/application~1json/schema`
}

/** The schema that a reference names, or the schema itself. */
export function resolved(document: ApiDocument, schema: JsonSchema): JsonSchema {
  return schema.$ref === undefined ? schema : resolved(document, document.components.schemas[schema.$ref.slice('#/components/schemas/'.length)] ?? {})
}

/** Closes every object that says nothing of further fields. Where several schemas must hold together, each knows a part only. */
function withoutMore(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutMore)
  if (typeof part !== 'object' || part === null) return part
  const known = part as Record<string, unknown>
  const closing = typeof known['properties'] === 'object' && known['additionalProperties'] === undefined && known['type'] === 'object' ? { additionalProperties: false } : {}
  return { ...Object.fromEntries(Object.entries(known).map(([key, value]) => [key, key === 'allOf' || key === 'examples' || key === 'example' ? value : withoutMore(value)])), ...closing }
}

function patternOf(path: string): RegExp {
  const parts = path.split('/').map((part) => (part.startsWith('{') ? '[^/]+' : part.replaceAll('.', '\\.')))
  return new RegExp(`^${parts.join('/')}$`)
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}
