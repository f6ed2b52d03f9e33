import { once } from 'node:events'
import { ApiGatewayManagementApiClient, DeleteConnectionCommand, GetConnectionCommand, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createWebsocket } from '../../../../infra/local/websocket/index.ts'
import { aHost, aResource } from '../../../support/a-host.ts'
import { API_ID, aSocketApi, type SocketApi } from './a-socket-api.ts'

const allow = (context: object = {}): object => ({ principalId: 'ann', policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' }] }, context })
const deny = (): object => ({ principalId: 'ann', policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Deny', Resource: '*' }] } })

async function open(address: string, headers: Record<string, string> = {}): Promise<{ socket: WebSocket; next(): Promise<Record<string, unknown>>; closed: Promise<number> }> {
  const socket = new WebSocket(address, { headers })
  const lines: string[] = []
  socket.on('message', (data) => lines.push(String(data)))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await once(socket, 'open')
  return {
    socket,
    closed,
    async next() {
      while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      return JSON.parse(lines.shift() ?? '') as Record<string, unknown>
    },
  }
}

const statusOf = (address: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const socket = new WebSocket(address)
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode))
    socket.once('open', () => resolve(101))
    socket.on('error', () => undefined)
  })

const managementOf = ({ host }: SocketApi): ApiGatewayManagementApiClient => new ApiGatewayManagementApiClient({ ...host.client, endpoint: `${host.origin}/ws` })
const idOf = ({ seen }: SocketApi): string => seen[0]?.requestContext.connectionId ?? ''

describe('the handshake', () => {
  it('asks the authorizer with headers and query, and hands its words to every later event', async () => {
    const asked: unknown[] = []
    const api = await aSocketApi({ authorize: (event) => (asked.push(event), allow({ userId: 'usr_1', until: 5, ok: true })) })
    const { socket } = await open(`${api.address}?ticket=abc`, { 'X-Custom': 'Seen' })
    socket.send('{}')
    while (api.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(asked).toMatchObject([{ type: 'REQUEST', methodArn: `arn:aws:execute-api:eu-west-1:000000000000:${API_ID}/ws/$connect`, headers: { 'X-Custom': 'Seen' }, queryStringParameters: { ticket: 'abc' }, requestContext: { eventType: 'CONNECT', connectionId: idOf(api) } }])
    for (const { requestContext } of api.seen) expect(requestContext.authorizer).toMatchObject({ principalId: 'ann', userId: 'usr_1', until: '5', ok: 'true' })
    expect(api.seen[0]).toMatchObject({ headers: { 'X-Custom': 'Seen' }, queryStringParameters: { ticket: 'abc' }, isBase64Encoded: false })
    socket.close()
  })

  it.each([
    ['401 for the word Unauthorized', () => { throw new Error('Unauthorized') }, 401],
    ['500 for any other failure', () => { throw new Error('broken') }, 500],
    ['500 for an answer that is no policy', () => ({ principalId: 'ann' }), 500],
    ['403 for a policy that denies', deny, 403],
    ['403 for a policy of something else', () => ({ ...allow(), policyDocument: { Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: 'arn:aws:execute-api:eu-west-1:000000000000:other/*' }] } }), 403],
  ] as const)('is refused with %s', async (_, authorize, status) => {
    const api = await aSocketApi({ authorize })
    expect(await statusOf(api.address)).toBe(status)
    expect(api.seen).toEqual([])
  })

  it('is refused with the status that $connect answers, and with 502 when it fails', async () => {
    expect(await statusOf((await aSocketApi({ answer: () => ({ statusCode: 403 }) })).address)).toBe(403)
    expect(await statusOf((await aSocketApi({ answer: () => { throw new Error('broken') } })).address)).toBe(502)
  })

  it('is refused where no permission lets the gateway call the function', async () => {
    const api = await aSocketApi({ host: { allowedByResourcePolicy: () => false } })
    expect(await statusOf(api.address)).toBe(502)
  })

  it('is taken at the stage alone', async () => {
    const { host } = await aSocketApi()
    expect(await statusOf(`ws://127.0.0.1:${host.port}/other`)).toBe(404)
    expect(await statusOf(`ws://127.0.0.1:${host.port}/ws?${'x'.repeat(4100)}`)).toBe(414)
  })
})

describe('messages', () => {
  it('go to the route that their action names, else to $default', async () => {
    const api = await aSocketApi({ routes: ['chat.send'] })
    const { socket } = await open(api.address)
    const sent = ['{"action":"chat.send"}', '{"action":"other"}', '{"action":7}', 'no json', 'null', '{"action":"$connect"}']
    for (const text of sent) socket.send(text)
    while (api.seen.length < 1 + sent.length) await new Promise((resolve) => setTimeout(resolve, 5))
    const routes = new Map(api.seen.slice(1).map(({ body, requestContext }) => [body, requestContext.routeKey]))
    expect(sent.map((text) => routes.get(text))).toEqual(['chat.send', '$default', '$default', '$default', '$default', '$default'])
    socket.close()
  })

  it('are answered by the gateway itself where no route takes them or the function fails', async () => {
    const without = await open((await aSocketApi({ withoutDefault: true })).address)
    without.socket.send('{}')
    expect(await without.next()).toMatchObject({ message: 'Forbidden', connectionId: expect.any(String), requestId: expect.any(String) })
    const failing = await open((await aSocketApi({ answer: ({ requestContext }) => { if (requestContext.eventType === 'MESSAGE') throw new Error('broken'); return { statusCode: 200 } } })).address)
    failing.socket.send('{}')
    expect(await failing.next()).toMatchObject({ message: 'Internal server error' })
    without.socket.close()
    failing.socket.close()
  })

  it('are answered with what the function gives, on routes that have an answer of their own and no others', async () => {
    const answer = ({ body }: { readonly body?: string }): unknown => (body === 'nothing' ? { statusCode: 200 } : { statusCode: 200, body: `you said ${body ?? ''}` })
    const api = await aSocketApi({ answer, routes: ['silent'], answering: ['$default'] })
    const { socket } = await open(api.address)
    const received: string[] = []
    socket.on('message', (data) => received.push(String(data)))
    for (const text of ['{"action":"silent"}', 'nothing', 'ä']) socket.send(text)
    await vi.waitFor(() => expect(received).toEqual(['you said ä']))
    socket.close()
  })

  it('whose answer has no status are answered by the gateway, as those of a function that fails', async () => {
    const api = await aSocketApi({ answer: ({ requestContext }) => (requestContext.eventType === 'MESSAGE' ? { body: 'x' } : { statusCode: 200 }), answering: ['$default'] })
    const { socket, next } = await open(api.address)
    socket.send('{}')
    expect(await next()).toMatchObject({ message: 'Internal server error' })
    socket.close()
  })

  it('end with a $disconnect that tells the code', async () => {
    const api = await aSocketApi()
    const { socket } = await open(api.address)
    socket.close(4000, 'enough')
    while (api.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(api.seen[1]?.requestContext).toMatchObject({ eventType: 'DISCONNECT', routeKey: '$disconnect', disconnectStatusCode: 4000, disconnectReason: 'enough', connectionId: idOf(api) })
  })
})

describe('@connections', () => {
  it('sends to a connection, tells of it and ends it', async () => {
    const api = await aSocketApi()
    const { next, closed } = await open(api.address)
    const client = managementOf(api)
    await client.send(new PostToConnectionCommand({ ConnectionId: idOf(api), Data: '{"event":"ä"}' }))
    expect(await next()).toEqual({ event: 'ä' })
    expect(await client.send(new GetConnectionCommand({ ConnectionId: idOf(api) }))).toMatchObject({ ConnectedAt: expect.any(Date), LastActiveAt: expect.any(Date), Identity: { SourceIp: '127.0.0.1' } })
    await client.send(new DeleteConnectionCommand({ ConnectionId: idOf(api) }))
    expect(await closed).toBe(1000)
    await expect(client.send(new PostToConnectionCommand({ ConnectionId: idOf(api), Data: 'x' }))).rejects.toMatchObject({ name: 'GoneException' })
  })

  it('hands on messages of every size that a frame tells apart, and bytes that are no text as the signs for such', async () => {
    const api = await aSocketApi()
    const { socket } = await open(api.address)
    const received: string[] = []
    socket.on('message', (data) => received.push(String(data)))
    const client = managementOf(api)
    const messages = [0, 1, 125, 126, 65_535, 65_536, 128 * 1024].map((length) => 'x'.repeat(length))
    for (const message of messages) await client.send(new PostToConnectionCommand({ ConnectionId: idOf(api), Data: message }))
    await client.send(new PostToConnectionCommand({ ConnectionId: idOf(api), Data: new Uint8Array([0x61, 0xff]) }))
    while (received.length < messages.length + 1) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(received).toEqual([...messages, 'a\ufffd'])
    socket.terminate()
  })

  it('says that a connection is gone that never was, refuses what is too long, and what no grant allows', async () => {
    const denied: string[] = []
    const api = await aSocketApi({ host: { deny: (action, arn, { method }) => (denied.push(`${action} ${arn}`), method === 'DELETE') } })
    await open(api.address)
    const client = managementOf(api)
    await expect(client.send(new GetConnectionCommand({ ConnectionId: 'AAAAAAAAAAAAAAA=' }))).rejects.toMatchObject({ name: 'GoneException' })
    await expect(client.send(new PostToConnectionCommand({ ConnectionId: idOf(api), Data: 'x'.repeat(128 * 1024 + 1) }))).rejects.toMatchObject({ name: 'PayloadTooLargeException' })
    await expect(client.send(new DeleteConnectionCommand({ ConnectionId: idOf(api) }))).rejects.toThrow('not authorized to perform: execute-api:ManageConnections')
    expect(denied).toContain(`execute-api:ManageConnections arn:aws:execute-api:eu-west-1:000000000000:${API_ID}/ws/POST/@connections/${idOf(api)}`)
  })
})

describe('time', () => {
  it('ends a connection that is idle, and any connection after its life, with 1001', async () => {
    const idle = await open((await aSocketApi({ patience: { idleMilliseconds: 600, lifeMilliseconds: 60_000 } })).address)
    const keep = setInterval(() => idle.socket.send('{}'), 50)
    await new Promise((resolve) => setTimeout(resolve, 900))
    expect(idle.socket.readyState).toBe(WebSocket.OPEN)
    clearInterval(keep)
    expect(await idle.closed).toBe(1001)
    const old = await open((await aSocketApi({ patience: { idleMilliseconds: 60_000, lifeMilliseconds: 200 } })).address)
    expect(await old.closed).toBe(1001)
  })
})

describe('what the host does not do', () => {
  it('is named', async () => {
    const api = aResource({ type: 'AWS::ApiGatewayV2::Api', name: API_ID, logicalId: 'SocketApi', properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action.name' } })
    const stage = aResource({ type: 'AWS::ApiGatewayV2::Stage', name: 'ws', properties: { ApiId: API_ID } })
    await expect(aHost({ resources: [api, stage], parts: { websocket: createWebsocket } })).rejects.toThrow('AWS::ApiGatewayV2::Api SocketApi: the route selection expression')
  })
})
