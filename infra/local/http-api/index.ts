import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError } from '../contract.ts'
import type { Door, Host, InvocationOutcome } from '../contract.ts'
import { readBody } from '../read-body.ts'
import { createAuthorizer } from './authorizer.ts'
import type { Authorizer } from './authorizer.ts'
import { corsHeaders, isPreflight, withoutCorsHeaders } from './cors.ts'
import { readDefinition } from './definition.ts'
import type { ApiDefinition, RouteTarget } from './definition.ts'
import { newRequestId, proxyEvent } from './event.ts'
import { functionAnswer, gatewayMessage } from './function-answer.ts'
import type { GatewayAnswer } from './function-answer.ts'
import { routeTable } from './route-table.ts'
import type { RouteTable } from './route-table.ts'

/** API Gateway's limits, in bytes. */
const limits = {
  /** Of the request line and all header values together. */
  head: 10_240,
  body: 10 * 1024 * 1024,
  /** Lambda's: of the event as JSON, where base64 and escapes make a body longer, and of the function's answer. */
  event: 6 * 1024 * 1024,
}

interface Gateway {
  readonly host: Host
  readonly definition: ApiDefinition
  readonly routes: RouteTable<RouteTarget>
  readonly authorize: Authorizer
}

/**
 * The template's HTTP API (API Gateway v2) at the root of the host's address. Without one in the template the door answers nothing.
 *
 * @throws Error that names the resource which the local host cannot do
 */
export function createHttpApi(host: Host): Door {
  const definition = readDefinition(host)
  if (definition === undefined) return { handle: async () => false }
  const gateway: Gateway = { host, definition, routes: routeTable(definition.routes), authorize: createAuthorizer(() => host.now()) }

  return {
    async handle(request, response) {
      const requestId = newRequestId()
      const answer = await answerRequest(gateway, request, requestId)
      send(definition, request, response, requestId, answer)
      return true
    },
  }
}

async function answerRequest({ host, definition, routes, authorize }: Gateway, request: IncomingMessage, requestId: string): Promise<GatewayAnswer> {
  if (headSize(request) > limits.head) return gatewayMessage(431, 'Request Header Fields Too Large')
  const [rawPath = '/', rawQueryString = ''] = splitOnce(request.url ?? '/', '?')
  const path = decoded(rawPath)
  if (path === undefined) return gatewayMessage(400, 'Bad Request')

  const method = request.method ?? 'GET'
  const match = routes(method, path)
  if (match === undefined) {
    return definition.cors !== undefined && isPreflight(method, request.headers) ? { status: 204, headers: {}, body: '' } : gatewayMessage(404, 'Not Found')
  }
  const { route, pathParameters } = match
  const { jwt, scopes, functionArn, timeoutMilliseconds } = route.target
  const authorization = jwt === undefined ? undefined : await authorize(jwt, scopes, request.headers)
  if (authorization !== undefined && authorization.outcome !== 'allowed') {
    const [status, message] = authorization.outcome === 'unauthorized' ? [401, 'Unauthorized'] as const : [403, 'Forbidden'] as const
    return gatewayMessage(status, message, { 'www-authenticate': authorization.wwwAuthenticate })
  }

  const body = await readBody(request, limits.body).catch((problem: unknown) => {
    if (problem instanceof AwsError && problem.status === 413) return undefined
    throw problem
  })
  if (body === undefined) return tooLarge
  const { apiId } = definition
  const { routeKey } = route
  const event = proxyEvent({
    request, path, rawQueryString, body, apiId, accountId: host.accountId, requestId, routeKey, pathParameters, authorization, at: host.now(),
  })
  // JSON makes a byte at most six times longer, so that small bodies need no measuring.
  if (body.length > limits.event / 6 - limits.head * 6 && jsonSize(event) > limits.event) return tooLarge

  const sourceArn = `arn:aws:execute-api:${host.region}:${host.accountId}:${apiId}/$default/${routeKey.replace(' ', '')}`
  if (!host.allowedByResourcePolicy(functionArn, 'lambda:InvokeFunction', 'apigateway.amazonaws.com', sourceArn)) {
    host.log(`${routeKey}: no AWS::Lambda::Permission lets API Gateway invoke ${functionArn}`)
    return internalError
  }
  return afterInvocation(host, routeKey, await within(timeoutMilliseconds, host.invoke(functionArn, event)))
}

const tooLarge = gatewayMessage(413, 'Request Entity Too Large')
const internalError = gatewayMessage(500, 'Internal Server Error')

function afterInvocation(host: Host, routeKey: string, outcome: InvocationOutcome | 'late'): GatewayAnswer {
  // HTTP APIs answer 503 here; the 504 "Endpoint request timed out" is that of REST APIs.
  if (outcome === 'late') return gatewayMessage(503, 'Service Unavailable')
  if (!outcome.ok) return internalError
  const answer = jsonSize(outcome.payload) > limits.event ? undefined : functionAnswer(outcome.payload)
  if (answer === undefined) host.log(`${routeKey}: the function's answer is too large or not of payload format 2.0`)
  return answer ?? internalError
}

async function within(milliseconds: number, outcome: Promise<InvocationOutcome>): Promise<InvocationOutcome | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), milliseconds)
  try {
    return await Promise.race([outcome, late])
  } finally {
    clearTimeout(timer)
  }
}

function send({ cors }: ApiDefinition, request: IncomingMessage, response: ServerResponse, requestId: string, answer: GatewayAnswer): void {
  if (response.destroyed) return
  const own = cors === undefined ? answer.headers : withoutCorsHeaders(answer.headers)
  const hasBody = answer.status !== 204 && answer.status !== 304
  response.writeHead(answer.status, {
    ...own,
    ...corsHeaders(cors, request.method ?? 'GET', request.headers),
    ...(hasBody && { 'content-length': Buffer.byteLength(answer.body) }),
    'apigw-requestid': requestId,
  })
  response.end(hasBody && request.method !== 'HEAD' ? answer.body : undefined)
}

function headSize(request: IncomingMessage): number {
  const line = `${request.method} ${request.url} HTTP/1.1`
  return request.rawHeaders.reduce((size, text, index) => (index % 2 === 1 ? size + Buffer.byteLength(text) : size), Buffer.byteLength(line))
}

const jsonSize = (value: unknown): number => Buffer.byteLength(JSON.stringify(value ?? null))

function splitOnce(whole: string, separator: string): [string, string] {
  const at = whole.indexOf(separator)
  return at < 0 ? [whole, ''] : [whole.slice(0, at), whole.slice(at + 1)]
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
