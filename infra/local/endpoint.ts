import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { AwsError } from './contract.ts'
import type { AwsAnswer, AwsCall, Caller, Door, Service } from './contract.ts'
import { addressOf, type Address } from './address.ts'
import { actionOf } from './aws-action.ts'
import { errorAnswer } from './aws-wire.ts'
import { readBody } from './read-body.ts'

/** Whom the endpoint hands requests to. */
export interface EndpointParts {
  /** By the service name in the credential scope of a signature. */
  readonly services: ReadonlyMap<string, Service>
  /** Doors under `/_local/`, asked in order. */
  readonly localDoors: readonly Door[]
  /** Doors for everything that is neither local nor a signed AWS call: WebSocket API, HTTP API. */
  readonly edgeDoors: readonly Door[]
  /** The owner of an access key; undefined if nobody was given that key. */
  callerOf(accessKeyId: string): Caller | undefined
  /** Whether an unsigned request whose path begins with this segment is meant for S3 (browser uploads, preflights). */
  isBucket(name: string): boolean
  /** Runs a call with what surrounds every call: faults and the meter. */
  around(call: AwsCall, action: string, run: () => Promise<AwsAnswer>): Promise<AwsAnswer>
  log(line: string): void
}

export interface Endpoint {
  readonly port: number
  /** Begins to answer; before this every request gets 503. */
  serve(parts: EndpointParts): void
  /** Takes no more connections and ends the idle ones; resolves when the last answer is out, or cuts off what lasts longer than a second. */
  close(): Promise<void>
}

/**
 * The one HTTP server of the host, on 127.0.0.1 only. It refuses requests whose Host header is another name: a web page that
 * points its own name at 127.0.0.1 must not reach a developer's data.
 *
 * @param port 0 for any free port
 * @throws the listen error, such as `EADDRINUSE`
 */
export async function openEndpoint(port: number): Promise<Endpoint> {
  let parts: EndpointParts | undefined
  let hosts: ReadonlySet<string> = new Set()

  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    if (!hosts.has(request.headers.host ?? '')) return refuse(response, 421, 'This server answers to 127.0.0.1 and localhost only')
    if (parts === undefined) return refuse(response, 503, 'Starting')
    answer(parts, request, response).catch((problem: unknown) => failed(parts, request, response, problem))
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const isOurs = hosts.has(request.headers.host ?? '')
    if (!isOurs || !(parts?.edgeDoors ?? []).some((door) => door.upgrade?.(request, socket, head) === true)) refuseUpgrade(socket)
  })
  const listeningPort = await listen(server, port)
  hosts = new Set([`127.0.0.1:${listeningPort}`, `localhost:${listeningPort}`])

  return {
    port: listeningPort,
    serve(given) {
      parts = given
    },
    close: () => close(server),
  }
}

async function answer(parts: EndpointParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = addressOf(request)
  if (address === undefined) return refuse(response, 400, 'Bad Request')
  const isLocal = address.path.startsWith('/_local/')
  const signed = isLocal ? undefined : signedScope(parts, request, address)
  if (signed !== undefined) return answerCall(parts, signed, request, response, address)
  for (const door of isLocal ? parts.localDoors : parts.edgeDoors) {
    if (await door.handle(request, response)) return
  }
  refuse(response, 404, 'Not Found')
}

/** What a signature's credential says: `<access key>/<date>/<region>/<service>/aws4_request`. */
interface Scope {
  readonly accessKeyId: string | undefined
  readonly service: string
}

function signedScope(parts: EndpointParts, request: IncomingMessage, address: Address): Scope | undefined {
  const header = /^AWS4-HMAC-SHA256 .*?Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1]
  const credential = header ?? address.query.get('X-Amz-Credential') ?? undefined
  if (credential !== undefined) {
    const [accessKeyId, , , service] = credential.split('/')
    return { accessKeyId, service: service ?? '' }
  }
  return parts.isBucket(decodeURIComponent(address.path.split('/')[1] ?? '')) ? { accessKeyId: undefined, service: 's3' } : undefined
}

/** SigV4 names some services otherwise than their documents do. */
const scopeNames: Readonly<Record<string, string>> = { email: 'ses' }

async function answerCall(parts: EndpointParts, scope: Scope, request: IncomingMessage, response: ServerResponse, address: Address): Promise<void> {
  const serviceName = scopeNames[scope.service] ?? scope.service
  try {
    const service = parts.services.get(serviceName)
    if (service === undefined) throw new AwsError('UnknownService', `The local host has no service ${serviceName}`, 400)
    const caller = scope.accessKeyId === undefined ? { kind: 'anonymous' as const } : parts.callerOf(scope.accessKeyId)
    if (caller === undefined) throw unknownKey(serviceName)
    const call: AwsCall = {
      service: serviceName,
      method: request.method ?? 'GET',
      path: (request.url ?? '/').split('?', 1)[0] ?? '/',
      get query() {
        return address.query
      },
      headers: singleHeaders(request),
      body: await readBody(request, bodyLimits[serviceName] ?? 2 * mebibyte),
      caller,
      raw: request,
    }
    send(response, await parts.around(call, actionOf(call), () => service.handle(call)))
  } catch (problem) {
    const known = problem instanceof AwsError ? problem : undefined
    if (known === undefined) parts.log(`${serviceName}: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`)
    send(response, errorAnswer(serviceName, known ?? new AwsError('InternalFailure', 'The local host failed; see its log', 500)))
  }
}

const mebibyte = 1024 * 1024

/** Bytes of a call's body. SQS takes messages of 1 MiB (in JSON they may grow); S3's 5 GiB are cut to what memory can hold. */
const bodyLimits: Readonly<Record<string, number>> = { dynamodb: 16 * mebibyte, sqs: 8 * mebibyte, s3: 100 * mebibyte, ses: 64 * mebibyte }

function unknownKey(service: string): AwsError {
  const message = 'The security token included in the request is invalid.'
  if (service === 's3') return new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403)
  if (service === 'sns' || service === 'ses') return new AwsError('InvalidClientTokenId', message, 403)
  return new AwsError('UnrecognizedClientException', message, service === 'dynamodb' ? 400 : 403)
}

function singleHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name in request.headers) {
    const value = request.headers[name]
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value
  }
  return headers
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: AwsAnswer): void {
  if (response.destroyed || response.headersSent) return
  // An answer to HEAD tells the length of the object, not of its own empty body.
  const length = 'content-length' in headers ? {} : { 'content-length': Buffer.byteLength(body) }
  response.writeHead(status, { ...headers, ...length })
  response.end(body)
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ message })
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), connection: 'close' })
  response.end(body)
}

function refuseUpgrade(socket: Duplex): void {
  socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
}

function failed(parts: EndpointParts | undefined, request: IncomingMessage, response: ServerResponse, problem: unknown): void {
  if (request.destroyed && !response.writable) return
  parts?.log(`${request.method} ${request.url?.split('?', 1)[0]}: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`)
  if (!response.headersSent) refuse(response, 500, 'Internal Server Error')
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen({ port, host: '127.0.0.1' })
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  const cut = setTimeout(() => server.closeAllConnections(), 1_000)
  server.close()
  server.closeIdleConnections()
  await closed
  clearTimeout(cut)
}
