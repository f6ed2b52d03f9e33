import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { ApiRoute } from '../../../functions/routes.ts'
import { ApiProblem, createClient, type Client, type ClientSettings } from '../../../shared/client/index.ts'

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let server: Server | undefined
afterEach(() => void server?.close())

/** A server that gives these answers one after the other, and the requests that it got. */
async function aServer(...answers: ((response: ServerResponse) => void)[]): Promise<{ api: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const made = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += String(part)))
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      ;(answers[seen.length - 1] ?? answers.at(-1))?.(response)
    })
  })
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  server = made
  return { api: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, seen }
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => (response: ServerResponse): void => {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json', ...headers }).end(JSON.stringify(body))
}
const gateway = (status: number, message: string) => (response: ServerResponse): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
}
const hangUp = (response: ServerResponse): void => void response.socket?.destroy()

const DEAL = { id: 88, type: 'deal', title: 'Coffee', responsibleId: 'usr_1', observerIds: [], opened: true, version: 3 }
const aClient = (api: string, more: Partial<ClientSettings> = {}): Client<ApiRoute> => createClient<ApiRoute>({ api, token: 'secret', patience: { firstPauseMilliseconds: 1 }, ...more })

describe('a call', () => {
  it('API-1: puts parts of the path, the query, the body and the token where they belong', async () => {
    const { api, seen } = await aServer(json(200, { items: [], nextCursor: null }), json(200, DEAL))
    const client = aClient(`${api}/`)
    await client('GET /v1/items/{type}', { type: 'deal', limit: 10, 'amount[ge]': 1000, stageId: 'A&B' })
    await client('PATCH /v1/items/{type}/{id}', { type: 'deal', id: 88, values: { title: 'Tea' }, ifMatch: 3 })
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/v1/items/deal?limit=10&amount%5Bge%5D=1000&stageId=A%26B', headers: { authorization: 'Bearer secret' }, body: '' })
    expect(seen[0]?.headers).not.toHaveProperty('content-type')
    expect(seen[1]).toMatchObject({ method: 'PATCH', url: '/v1/items/deal/88', headers: { 'content-type': 'application/json', 'if-match': '"3"' }, body: '{"title":"Tea"}' })
  })

  it('escapes parts of the path, and refuses to leave one out', async () => {
    const { api, seen } = await aServer(json(200, DEAL))
    const client = aClient(api)
    await client('GET /v1/users/{id}', { id: 'a/../b?c' })
    expect(seen[0]?.url).toBe('/v1/users/a%2F..%2Fb%3Fc')
    await expect(client('GET /v1/users/{id}', { id: '' })).rejects.toThrow('GET /v1/users/{id} needs id.')
  })

  it('ITM-6: names the version that was read as the one a change is meant for', async () => {
    const { api, seen } = await aServer(json(200, DEAL, { etag: '"3"' }), json(200, { ...DEAL, version: 4 }, { etag: '"4"' }))
    const client = aClient(api)
    const deal = await client('GET /v1/items/{type}/{id}', { type: 'deal', id: 88 })
    await client('PATCH /v1/items/{type}/{id}', { type: 'deal', id: 88, values: {}, ifMatch: deal })
    expect(seen[1]?.headers['if-match']).toBe('"3"')
    await expect(client('PATCH /v1/items/{type}/{id}', { type: 'deal', id: 88, values: {}, ifMatch: { ...deal } })).rejects.toThrow(TypeError)
  })

  it('gives nothing for 204, and where a redirect points', async () => {
    const { api } = await aServer((response) => void response.writeHead(204).end(), (response) => void response.writeHead(302, { location: 'https://files.example/1' }).end())
    const client = aClient(api)
    expect(await client('DELETE /v1/users/{id}', { id: 'usr_1' })).toBeUndefined()
    expect(await client.location('GET /v1/mail/messages/{id}/raw', { id: 'msg_1' })).toBe('https://files.example/1')
  })

  it('asks for the token before every try', async () => {
    const { api, seen } = await aServer(gateway(503, 'Service Unavailable'), json(200, DEAL))
    let count = 0
    await aClient(api, { token: async () => `token-${(count += 1)}` })('GET /v1/items/{type}/{id}', { type: 'deal', id: 88 })
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2'])
  })
})

describe('a problem', () => {
  it('API-2: is thrown with its code and its fields', async () => {
    const problem = { type: 'https://leadline.example/problems/invalid', title: 'No', status: 400, code: 'request.invalid', detail: '/name: missing', errors: [{ pointer: '/name', detail: 'missing' }], requestId: 'r1' }
    const { api, seen } = await aServer(json(400, problem))
    const refused = aClient(api)('POST /v1/roles', { values: { name: 'x' } })
    await expect(refused).rejects.toBeInstanceOf(ApiProblem)
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'request.invalid', fields: [{ pointer: '/name', detail: 'missing' }], requestId: 'r1', message: '/name: missing' })
    expect(seen).toHaveLength(1)
  })

  it('of API Gateway is told by its status', async () => {
    const { api } = await aServer(gateway(401, 'Unauthorized'))
    await expect(aClient(api)('GET /v1/me')).rejects.toMatchObject({ status: 401, code: 'gateway.401', message: 'Unauthorized' })
  })
})

describe('what fails for a moment', () => {
  it('API-3: is tried again, a POST under one and the same key', async () => {
    const { api, seen } = await aServer(hangUp, gateway(503, 'Service Unavailable'), gateway(429, 'Too Many Requests'), json(201, DEAL))
    expect(await aClient(api)('POST /v1/items/{type}', { type: 'deal', values: { title: 'Coffee' } })).toMatchObject({ id: 88 })
    expect(seen).toHaveLength(4)
    expect(new Set(seen.map(({ headers }) => headers['idempotency-key']))).toHaveProperty('size', 1)
    expect(seen[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('API-3: waits for a twin of its own that is still under way, but not for somebody else’s', async () => {
    const underWay = json(409, { code: 'idempotency.under_way', detail: 'Under way.' })
    const lost = await aServer(hangUp, underWay, json(201, DEAL))
    expect(await aClient(lost.api)('POST /v1/items/{type}', { type: 'deal', values: {} })).toMatchObject({ id: 88 })
    const foreign = await aServer(underWay)
    await expect(aClient(foreign.api)('POST /v1/items/{type}', { type: 'deal', values: {} }, { idempotencyKey: 'mine' })).rejects.toMatchObject({ status: 409 })
    expect(foreign.seen).toHaveLength(1)
  })

  it('gives up after five tries', async () => {
    const { api, seen } = await aServer(gateway(503, 'Service Unavailable'))
    await expect(aClient(api)('GET /v1/me')).rejects.toMatchObject({ status: 503 })
    expect(seen).toHaveLength(5)
    const nowhere = await aServer(hangUp)
    await expect(aClient(nowhere.api, { patience: { tries: 2, firstPauseMilliseconds: 1 } })('GET /v1/me')).rejects.toMatchObject({ status: 0, code: 'network.failed' })
    expect(nowhere.seen).toHaveLength(2)
  })

  it('waits as long as Retry-After says', async () => {
    const { api } = await aServer((response) => void response.writeHead(429, { 'retry-after': '1', 'content-type': 'application/json' }).end('{}'), json(200, DEAL))
    const began = performance.now()
    await aClient(api)('GET /v1/items/{type}/{id}', { type: 'deal', id: 88 })
    expect(performance.now() - began).toBeGreaterThanOrEqual(990)
  })

  it('counts as deleted what is gone after the answer was lost', async () => {
    const gone = json(404, { code: 'user.not_found', detail: 'Gone.' })
    const lost = await aServer(hangUp, gone)
    expect(await aClient(lost.api)('DELETE /v1/users/{id}', { id: 'usr_1' })).toBeUndefined()
    const never = await aServer(gone)
    await expect(aClient(never.api)('DELETE /v1/users/{id}', { id: 'usr_1' })).rejects.toMatchObject({ status: 404 })
  })

  it('ends at once when it is aborted', async () => {
    const { api } = await aServer(gateway(503, 'Service Unavailable'))
    const waiting = aClient(api, { patience: { firstPauseMilliseconds: 600_000, longestPauseMilliseconds: 600_000 } })('GET /v1/me', {}, { signal: AbortSignal.timeout(50) })
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

describe('a list', () => {
  it('API-4: is fetched page by page as it is asked for', async () => {
    const page = (ids: number[], nextCursor: string | null) => json(200, { items: ids.map((id) => ({ ...DEAL, id })), nextCursor })
    const { api, seen } = await aServer(page([3, 2], 'c/1'), page([], 'c2'), page([1], null))
    const found: number[] = []
    for await (const { id } of aClient(api).each('GET /v1/items/{type}', { type: 'deal', limit: 2 })) found.push(id)
    expect(found).toEqual([3, 2, 1])
    expect(seen.map(({ url }) => url)).toEqual(['/v1/items/deal?limit=2', '/v1/items/deal?limit=2&cursor=c%2F1', '/v1/items/deal?limit=2&cursor=c2'])
    const first = await aServer(page([3, 2], 'more'))
    for await (const { id } of aClient(first.api).each('GET /v1/items/{type}', { type: 'deal' })) if (id === 3) break
    expect(first.seen).toHaveLength(1)
  })
})

describe('the types of the client', () => {
  it('API-1: are those of the route tables', () => {
    const check = async (client: Client<ApiRoute>): Promise<void> => {
      const deal = await client('GET /v1/items/{type}/{id}', { type: 'deal', id: 88 })
      deal.title satisfies string
      ;(await client('POST /v1/users', { values: { name: 'Ann', emails: ['ann@leadline.example'] } })).departmentIds satisfies string[]
      // @ts-expect-error There is no such route.
      await client('GET /v1/nothing')
      // @ts-expect-error The id is missing.
      await client('GET /v1/items/{type}/{id}', { type: 'deal' })
      // @ts-expect-error A name is text.
      await client('POST /v1/users', { values: { name: 1, emails: [] } })
      // @ts-expect-error This is no list.
      client.each('GET /v1/me')
    }
    expect(check).toBeTypeOf('function')
  })
})
