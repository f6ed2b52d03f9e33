import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { AwsError } from '../contract.ts'
import type { AwsAnswer, AwsCall, Door, Host, Service } from '../contract.ts'
import { admit } from './admission.ts'
import { serveConnection } from './connection.ts'
import type { Connection } from './connection.ts'
import { readSocketApi } from './definition.ts'
import type { SocketApi } from './definition.ts'
import { closeCodes, limits } from './limits.ts'
import type { Patience } from './limits.ts'

export interface WebsocketOwner {
  /** Takes handshakes at `/<stage>`. */
  readonly websocket: Door
  /** Ends all connections, as a restart does; their `$disconnect` is not told, since AWS promises it no more than that. */
  hangUp(): void
}

/**
 * The template's WebSocket API (API Gateway v2) with its callback API `@connections`. Connections live as long as this process.
 *
 * @throws Error that names the resource which the local host cannot do
 */
export function createWebsocket(host: Host, patience: Patience = limits): Service & WebsocketOwner {
  const api = readSocketApi(host)
  const connections = new Map<string, Connection>()
  const server = new WebSocketServer({ noServer: true, maxPayload: limits.message, perMessageDeflate: false, clientTracking: true })

  const connect = async (known: SocketApi, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const connectionId = randomBytes(11).toString('base64')
    const facts = { connectionId, connectedAt: host.now(), sourceIp: (request.socket.remoteAddress ?? '').replace('::ffff:', ''), userAgent: request.headers['user-agent'] ?? '', domainName: request.headers.host ?? '' }
    const admission = await admit(host, known, facts, request)
    if (!admission.admitted) return refuse(socket, admission.status)
    server.handleUpgrade(request, socket, head, (client) => {
      connections.set(connectionId, serveConnection(host, known, admission.facts, client, socket, patience, () => connections.delete(connectionId)))
    })
  }

  return {
    name: 'execute-api',
    async start() {},
    async stop() {
      for (const client of server.clients) client.terminate()
    },
    hangUp() {
      for (const client of server.clients) {
        client.removeAllListeners('close')
        client.close(closeCodes.goingAway)
        client.terminate()
      }
      connections.clear()
    },
    handle: async (call) => handle(host, api, connections, call),
    websocket: {
      handle: async () => false,
      upgrade(request, socket, head) {
        const address = request.url ?? '/'
        if (api === undefined || new URL(address, 'http://host').pathname !== `/${api.stage}`) return false
        if (address.length > limits.address) refuse(socket, 414)
        else connect(api, request, socket, head).catch((problem: unknown) => {
          host.log(`WebSocket handshake: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`)
          refuse(socket, 500)
        })
        return true
      },
    },
  }
}

/** `POST`, `GET` and `DELETE` on `/<stage>/@connections/<id>`. */
function handle(host: Host, api: SocketApi | undefined, connections: ReadonlyMap<string, Connection>, call: AwsCall): AwsAnswer {
  const [, stage, id] = /^\/([^/]+)\/@connections\/(.+)$/.exec(call.path) ?? []
  if (api === undefined || id === undefined || stage !== api.stage) throw new AwsError('ForbiddenException', 'Forbidden', 403)
  const connectionId = decodeURIComponent(id)
  host.authorise(call, 'execute-api:ManageConnections', `arn:aws:execute-api:${host.region}:${host.accountId}:${api.apiId}/${stage}/${call.method}/@connections/${connectionId}`)
  const connection = connections.get(connectionId)
  if (connection === undefined) throw new AwsError('GoneException', 'Gone', 410)
  switch (call.method) {
    case 'POST':
      if (call.body.length > limits.message) throw new AwsError('PayloadTooLargeException', 'Message too long', 413)
      connection.send(call.body)
      return { status: 200 }
    case 'GET': {
      const { connectedAt, sourceIp, userAgent } = connection.facts
      const body = { connectedAt: connectedAt.toISOString(), identity: { sourceIp, userAgent }, lastActiveAt: connection.lastActiveAt.toISOString() }
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    }
    case 'DELETE':
      connection.close(closeCodes.normal)
      return { status: 204 }
    default:
      throw new AwsError('ForbiddenException', 'Forbidden', 403)
  }
}

/** A handshake that is not completed ends with a plain HTTP answer. */
function refuse(socket: Duplex, status: number): void {
  const messages: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 414: 'URI Too Long', 502: 'Bad Gateway' }
  const message = messages[status] ?? 'Internal server error'
  const body = JSON.stringify({ message })
  socket.end(`HTTP/1.1 ${status} ${message}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`)
}
