import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { parseStorable } from '../kernel/json.ts'
import { parse } from '../kernel/parse.ts'
import { invalidField, notFound, Problem } from '../kernel/problem.ts'
import type { Route } from './route.ts'

type Shape = Pick<Route, 'params' | 'query' | 'body' | 'takesIfMatch'>

/** More than any honest body of the API; files and mails travel by other ways. */
const MOST_BODY_BYTES = 1_000_000

/** The input of the route's use case, checked (API-5). */
export function inputOf(route: Shape, event: APIGatewayProxyEventV2): Record<string, unknown> {
  const ifMatch = route.takesIfMatch ? versionOfIfMatch(event.headers['if-match']) : undefined
  return {
    ...(route.params ? pathInput(route.params, event.pathParameters ?? {}) : {}),
    ...queryInput(route, event.rawQueryString),
    ...(route.body ? { values: parse(route.body, isLeftOut(route.body, event) ? undefined : bodyOf(event), 'body') } : {}),
    ...(ifMatch === undefined ? {} : { ifMatch }),
  }
}

/** A path whose parts cannot name anything names nothing: 404, as for any other thing that is not there. */
function pathInput(schema: NonNullable<Route['params']>, parameters: Record<string, string | undefined>): object {
  const result = schema.safeParse(parameters)
  if (!result.success || !isText(parameters)) throw notFound('resource')
  return result.data
}

function queryInput(route: Shape, rawQuery: string): object {
  const query: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    // No schema sees a field of this name, so that it would be taken without a word.
    if (name === '__proto__') throw unknownParameter(name)
    if (Object.hasOwn(query, name)) throw new Problem('invalid', 'request.invalid', `?${name} is given twice.`, [{ pointer: `?${name}`, detail: 'It is given twice.' }])
    Object.defineProperty(query, name, { value, enumerable: true, configurable: true, writable: true })
  }
  const unknown = Object.keys(query)[0]
  if (!route.query && unknown !== undefined) throw unknownParameter(unknown)
  return route.query ? (parse(route.query, query, 'query') as object) : {}
}

function unknownParameter(name: string): Problem {
  return new Problem('invalid', 'request.invalid', `?${name}: There is no such parameter.`, [{ pointer: `?${name}`, detail: 'There is no such parameter.' }])
}

/** A route may take a request without a body, where its schema says so. */
function isLeftOut(schema: NonNullable<Shape['body']>, event: APIGatewayProxyEventV2): boolean {
  return (event.body ?? '') === '' && schema.safeParse(undefined).success
}

function bodyOf(event: APIGatewayProxyEventV2): unknown {
  const contentType = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (contentType !== 'application/json' && !contentType.endsWith('+json')) throw new Problem('unsupported', 'request.not_json', 'Send the body as JSON, with Content-Type: application/json.')
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > MOST_BODY_BYTES) throw new Problem('too_large', 'request.too_large', `A body has at most ${MOST_BODY_BYTES} bytes.`)
  return parseJson(bytes)
}

function parseJson(bytes: Buffer): unknown {
  try {
    return parseStorable(new TextDecoder('utf-8', { fatal: true }).decode(bytes), () => invalidField('/__proto__', 'request.invalid', 'There is no such field.'))
  } catch (error) {
    if (error instanceof Problem) throw error
    const why = error instanceof SyntaxError ? error.message : 'It is not UTF-8, or too deeply nested.'
    throw new Problem('invalid', 'request.malformed', `The body is not JSON: ${why.slice(0, 200)}`)
  }
}

function isText(parameters: Record<string, string | undefined>): boolean {
  return Object.values(parameters).every((value) => value === undefined || (value.isWellFormed() && !value.includes('\u0000')))
}

/** `If-Match: "3"` is version 3 (ITM-6); `*` asks for any version, as leaving it out does. */
function versionOfIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  const version = /^"(\d{1,15})"$/.exec(header.trim())?.[1]
  if (version === undefined) throw new Problem('stale', 'request.if_match', 'If-Match takes one ETag as it was given, such as "3".')
  return Number(version)
}
