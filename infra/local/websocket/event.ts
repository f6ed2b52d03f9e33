import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { SocketApi } from './definition.ts'

/** What stays the same for all events of one connection. */
export interface ConnectionFacts {
  readonly connectionId: string
  readonly connectedAt: Date
  readonly sourceIp: string
  readonly userAgent: string
  readonly domainName: string
  /** What the authorizer gave, all as text, with its `principalId`. */
  readonly authorizer: Readonly<Record<string, string>> | undefined
}

type Happening =
  | { readonly eventType: 'CONNECT'; readonly routeKey: '$connect' }
  | { readonly eventType: 'MESSAGE'; readonly routeKey: string; readonly body: string }
  | { readonly eventType: 'DISCONNECT'; readonly routeKey: '$disconnect'; readonly code: number; readonly reason: string }

/** The event of a route, as API Gateway's proxy integration gives it to a function. */
export function routeEvent(api: SocketApi, facts: ConnectionFacts, happening: Happening, at: Date, request?: IncomingMessage): Record<string, unknown> {
  return {
    ...(request === undefined ? {} : requestParts(request)),
    requestContext: {
      ...contextOf(api, facts, happening, at),
      ...(happening.eventType === 'DISCONNECT' ? { disconnectStatusCode: happening.code, disconnectReason: happening.reason } : {}),
      ...(facts.authorizer === undefined ? {} : { authorizer: { ...facts.authorizer, integrationLatency: 0 } }),
    },
    ...(happening.eventType === 'MESSAGE' ? { body: happening.body } : {}),
    isBase64Encoded: false,
  }
}

/** The event of a REQUEST authorizer. */
export function authorizerEvent(api: SocketApi, facts: ConnectionFacts, methodArn: string, at: Date, request: IncomingMessage): Record<string, unknown> {
  return { type: 'REQUEST', methodArn, ...requestParts(request), stageVariables: {}, requestContext: contextOf(api, facts, { eventType: 'CONNECT', routeKey: '$connect' }, at) }
}

function contextOf(api: SocketApi, facts: ConnectionFacts, { eventType, routeKey }: Happening, at: Date): Record<string, unknown> {
  const requestId = newExtendedId()
  return {
    routeKey,
    ...(eventType === 'MESSAGE' ? { messageId: newExtendedId() } : {}),
    eventType,
    extendedRequestId: requestId,
    requestTime: at.toISOString(),
    messageDirection: 'IN',
    stage: api.stage,
    connectedAt: facts.connectedAt.getTime(),
    requestTimeEpoch: at.getTime(),
    identity: { sourceIp: facts.sourceIp, ...(facts.userAgent === '' ? {} : { userAgent: facts.userAgent }) },
    requestId,
    domainName: facts.domainName,
    connectionId: facts.connectionId,
    apiId: api.apiId,
  }
}

/** Like the ids of API Gateway: 11 bytes, which in base64 end in `=`. */
export function newExtendedId(): string {
  return randomBytes(11).toString('base64')
}

/** Headers keep the letter case in which they were sent. */
function requestParts(request: IncomingMessage): Record<string, unknown> {
  const headers: [string, string][] = []
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) headers.push([request.rawHeaders[at] ?? '', request.rawHeaders[at + 1] ?? ''])
  const query = [...new URL(request.url ?? '/', 'http://host').searchParams]
  return {
    headers: Object.fromEntries(headers),
    multiValueHeaders: together(headers),
    ...(query.length === 0 ? {} : { queryStringParameters: Object.fromEntries(query), multiValueQueryStringParameters: together(query) }),
  }
}

function together(pairs: readonly [string, string][]): Record<string, string[]> {
  return Object.fromEntries([...Map.groupBy(pairs, ([name]) => name)].map(([name, values]) => [name, values.map(([, value]) => value)]))
}
