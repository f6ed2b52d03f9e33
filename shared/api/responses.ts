import type { DescribedRoute, JsonSchema, MediaType, Response } from './schema.ts'
import { refTo } from './schemas.ts'

type Ref = { readonly $ref: string }

export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'What is wrong (RFC 9457). `code` is made for programs and stays as it is; `detail` is made for people.',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      description: 'Each bad field: a JSON pointer into the body, or `?name` for a query parameter.',
      items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } }, required: ['pointer', 'detail'] },
    },
    requestId: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
}

/** What API Gateway says by itself, in its own words. */
export const gatewayMessageSchema: JsonSchema = { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] }

function problem(status: number, description: string, kind: string, title: string, code: string, errors?: readonly { pointer: string; detail: string }[]): Response {
  const example = { type: `https://leadline.example/problems/${kind}`, title, status, code, detail: description, ...(errors ? { errors } : {}), requestId: '8f6f5f0e-7f0b-4e52-9a3f-2f4f2f1c0a11' }
  return { description, content: { 'application/problem+json': { schema: refTo('Problem'), example } } }
}

function fromGateway(description: string, message: string): Response {
  return { description, content: { 'application/json': { schema: refTo('GatewayMessage'), example: { message } } } }
}

/** What can go wrong anywhere, said once. */
export const problemResponses: Readonly<Record<string, Response>> = {
  Invalid: problem(400, 'The request is malformed, or a field in it is not valid; nothing was changed.', 'invalid', 'The request is not valid', 'request.invalid', [{ pointer: '/name', detail: 'There is no such field.' }]),
  Unauthenticated: fromGateway('There is no bearer token, or it is not good, or no longer.', 'Unauthorized'),
  TokenRefused: problem(401, 'The token that was sent along is not good, or no longer.', 'unauthenticated', 'Sign in first', 'token.refused'),
  Forbidden: problem(403, 'You are not an active user here, or your roles do not allow it.', 'forbidden', 'This is not allowed', 'access.forbidden'),
  NotFound: problem(404, 'There is no such thing, or you may not see it.', 'not-found', 'There is no such thing', 'resource.not_found'),
  Conflict: problem(409, 'Something stands against it, such as a name that is taken; nothing was changed.', 'conflict', 'Something stands against it', 'item.busy'),
  Stale: problem(412, 'It was changed since the version that If-Match names; nothing was changed.', 'stale', 'It was changed meanwhile', 'item.stale'),
  TooLarge: problem(413, 'The body is too large, or what was asked for would make something larger than can be stored in one piece. Beyond ten megabytes API Gateway says so in its own words.', 'too-large', 'It is too large', 'request.too_large'),
  NotJson: problem(415, 'The body was not sent as JSON.', 'unsupported', 'This format is not supported', 'request.not_json'),
  Impossible: problem(422, 'It is understood but impossible, such as an Idempotency-Key with another body; nothing was changed.', 'impossible', 'It is understood but impossible', 'idempotency.other_body'),
  TooMany: {
    description: 'Too much at once. Wait for as long as Retry-After says, or a moment, and try again.',
    headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } },
    content: {
      'application/problem+json': { schema: refTo('Problem') },
      'application/json': { schema: refTo('GatewayMessage'), example: { message: 'Too Many Requests' } },
    },
  },
  Unavailable: fromGateway('It took too long or cannot be done just now. Whether it was done is not known: a request with an Idempotency-Key can be sent again without fear.', 'Service Unavailable'),
}

const ref = (name: string): Ref => ({ $ref: `#/components/responses/${name}` })

/** Every answer that a route can give. `result` is the body of a good one, `isVersioned` whether that has a version. */
export function responsesOf(route: DescribedRoute, isVersioned: boolean, result: MediaType | undefined): Record<string, Response | Ref> {
  const { method, path, public: isPublic, welcomesToken, takesIfMatch, body, status } = route
  const writes = method !== 'GET'
  return {
    [String(status)]: goodAnswer(route, isVersioned, result),
    400: ref('Invalid'),
    ...(isPublic ? (welcomesToken ? { 401: ref('TokenRefused'), 403: ref('Forbidden') } : {}) : { 401: ref('Unauthenticated'), 403: ref('Forbidden') }),
    ...(path.includes('{') ? { 404: ref('NotFound') } : {}),
    ...(writes ? { 409: ref('Conflict') } : {}),
    ...(takesIfMatch ? { 412: ref('Stale') } : {}),
    ...(writes ? { 413: ref('TooLarge') } : {}),
    ...(body ? { 415: ref('NotJson') } : {}),
    ...(writes ? { 422: ref('Impossible') } : {}),
    429: ref('TooMany'),
    503: ref('Unavailable'),
  }
}

function goodAnswer({ status, produces }: DescribedRoute, isVersioned: boolean, result: MediaType | undefined): Response {
  if (status === 204) return { description: 'Done.' }
  if (status === 302) return { description: 'It is at the address in Location, for a short time.', headers: { Location: { description: 'An address that needs no token.', schema: { type: 'string', format: 'uri' } } } }
  if (produces === 'text/html') return { description: 'A page.', content: { 'text/html': { schema: { type: 'string' } } } }
  return {
    description: status === 201 ? 'It was made.' : 'As asked.',
    ...(isVersioned ? { headers: { ETag: { description: 'Names this version; for If-Match.', schema: { type: 'string' } } } } : {}),
    ...(result ? { content: { 'application/json': result } } : {}),
  }
}
