import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Authorization } from './authorizer.ts'

/** What is known of a request when its function is to be invoked. */
export interface GatewayRequest {
  readonly request: IncomingMessage
  /** Decoded: API Gateway decodes the path before it chooses the route and hands it on. */
  readonly path: string
  readonly rawQueryString: string
  readonly body: Buffer
  readonly apiId: string
  readonly accountId: string
  readonly requestId: string
  readonly routeKey: string
  readonly pathParameters: Readonly<Record<string, string>>
  readonly authorization: Extract<Authorization, { outcome: 'allowed' }> | undefined
  readonly at: Date
}

/** The event of payload format 2.0. Absent parts are absent, as on AWS, not empty. */
export function proxyEvent(given: GatewayRequest): Record<string, unknown> {
  const { request, path, rawQueryString, body, authorization, at } = given
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim()).filter((cookie) => cookie !== '')
  const domainName = request.headers.host ?? ''
  const isBase64Encoded = body.length > 0 && !isText(request)
  return {
    version: '2.0',
    routeKey: given.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: eventHeaders(request, at),
    ...(rawQueryString !== '' && { queryStringParameters: joined(new URLSearchParams(rawQueryString)) }),
    ...(Object.keys(given.pathParameters).length > 0 && { pathParameters: given.pathParameters }),
    requestContext: {
      accountId: given.accountId,
      apiId: given.apiId,
      ...(authorization !== undefined && { authorizer: { jwt: { claims: authorization.claims, scopes: authorization.scopes } } }),
      domainName,
      domainPrefix: domainName.split('.', 1)[0] ?? '',
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceIp(request),
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: given.requestId,
      routeKey: given.routeKey,
      stage: '$default',
      time: accessLogTime(at),
      timeEpoch: at.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  }
}

/** API Gateway's extended request id, which the answer carries in `apigw-requestid`. */
export const newRequestId = (): string => randomBytes(11).toString('base64')

/** These concern one connection only and end at the gateway. */
const connectionHeaders = new Set(['connection', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

function eventHeaders(request: IncomingMessage, at: Date): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    if (name !== 'cookie' && !connectionHeaders.has(name)) headers[name] = values.join(',')
  }
  const seconds = Math.floor(at.getTime() / 1000).toString(16)
  headers['x-amzn-trace-id'] ??= `Root=1-${seconds}-${randomBytes(12).toString('hex')}`
  headers['x-forwarded-for'] = [headers['x-forwarded-for'], sourceIp(request)].filter((one) => one !== undefined).join(', ')
  headers['x-forwarded-port'] = String(request.socket.localPort ?? '')
  headers['x-forwarded-proto'] = 'http'
  return headers
}

const sourceIp = (request: IncomingMessage): string => request.socket.remoteAddress ?? '127.0.0.1'

/**
 * Whether the body is handed on as text. Everything else comes in base64, among it HTML forms and compressed text, which
 * surprises many a function.
 */
function isText(request: IncomingMessage): boolean {
  if (request.headers['content-encoding'] !== undefined) return false
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return type.startsWith('text/') || /^application\/(json|javascript|xml|[^/]+\+(json|xml))$/.test(type)
}

/** Several values of one name become one, joined by commas. */
function joined(query: URLSearchParams): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, value] of query) values[name] = Object.hasOwn(values, name) ? `${values[name]},${value}` : value
  return values
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `12/Mar/2020:19:03:58 +0000` */
function accessLogTime(at: Date): string {
  const day = String(at.getUTCDate()).padStart(2, '0')
  return `${day}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`
}
