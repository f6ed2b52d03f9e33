import { afterEach, describe, expect, it } from 'vitest'
import { anApi } from './an-api.ts'
import type { ApiOptions, TestApi } from './an-api.ts'

let api: TestApi | undefined
afterEach(async () => {
  await api?.close()
  api = undefined
})
const start = async (options: ApiOptions): Promise<TestApi> => (api = await anApi(options))

const messageOf = async (got: Response): Promise<unknown> => [got.status, await got.json()]

describe('answers that API Gateway gives by itself', () => {
  it('404 where no route takes the request', async () => {
    const { origin } = await start({ routes: { 'GET /v1/me': {} } })
    expect(await messageOf(await fetch(`${origin}/v1/you`))).toEqual([404, { message: 'Not Found' }])
  })

  it('400 for a path that cannot be decoded', async () => {
    const { origin, events } = await start({ routes: { $default: {} } })
    expect(await messageOf(await fetch(`${origin}/v1/%ff`))).toEqual([400, { message: 'Bad Request' }])
    expect(events).toEqual([])
  })

  it('431 for more than 10,240 bytes of request line and headers', async () => {
    const { origin } = await start({ routes: { $default: {} } })
    expect(await messageOf(await fetch(`${origin}/`, { headers: { 'x-much': 'x'.repeat(10_240) } }))).toEqual([431, { message: 'Request Header Fields Too Large' }])
    expect((await fetch(`${origin}/`, { headers: { 'x-much': 'x'.repeat(9_000) } })).status).toBe(200)
  })

  it('413 for a body over 10 MB, and for one that is too long for Lambda in base64', async () => {
    const { origin, events } = await start({ routes: { $default: {} } })
    const post = (bytes: number, type: string) => fetch(`${origin}/`, { method: 'POST', headers: { 'content-type': type }, body: Buffer.alloc(bytes, 'a') })
    expect(await messageOf(await post(10 * 1024 * 1024 + 1, 'text/plain'))).toEqual([413, { message: 'Request Entity Too Large' }])
    expect(await messageOf(await post(5 * 1024 * 1024, 'application/octet-stream'))).toEqual([413, { message: 'Request Entity Too Large' }])
    expect(events).toEqual([])
    expect((await post(5 * 1024 * 1024, 'text/plain')).status).toBe(200)
  })

  it('500 when the function fails', async () => {
    const { origin } = await start({ routes: { $default: {} }, invoke: async () => ({ ok: false, errorType: 'TypeError', errorMessage: 'x is not a function', timedOut: false }) })
    expect(await messageOf(await fetch(`${origin}/`))).toEqual([500, { message: 'Internal Server Error' }])
  })

  it('503 when the integration takes too long', async () => {
    const { origin } = await start({ routes: { $default: {} }, timeoutMilliseconds: 60, invoke: () => new Promise(() => {}) })
    expect(await messageOf(await fetch(`${origin}/`))).toEqual([503, { message: 'Service Unavailable' }])
  })

  it('500 when no permission lets API Gateway invoke the function', async () => {
    const { origin, events, lines } = await start({ routes: { 'GET /v1/me': {} }, allowedByResourcePolicy: () => false })
    expect(await messageOf(await fetch(`${origin}/v1/me`))).toEqual([500, { message: 'Internal Server Error' }])
    expect(events).toEqual([])
    expect(lines).toContainEqual(expect.stringContaining('AWS::Lambda::Permission'))
  })
})

describe('CORS', () => {
  const cors = {
    AllowOrigins: ['https://crm.example'], AllowMethods: ['GET', 'PATCH'], AllowHeaders: ['Authorization', 'If-Match'], ExposeHeaders: ['ETag'], MaxAge: 600, AllowCredentials: true,
  }
  const preflight = { method: 'OPTIONS', headers: { origin: 'https://crm.example', 'access-control-request-method': 'PATCH' } }

  it('answers a preflight from the configuration without the function', async () => {
    const { origin, events } = await start({ routes: { 'PATCH /v1/things/{id}': {} }, cors })
    const got = await fetch(`${origin}/v1/things/1`, preflight)
    expect(got.status).toBe(204)
    expect(Object.fromEntries(got.headers)).toMatchObject({
      'access-control-allow-origin': 'https://crm.example',
      'access-control-allow-methods': 'GET,PATCH',
      'access-control-allow-headers': 'authorization,if-match',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '600',
    })
    expect(events).toEqual([])
  })

  it('tells a foreign origin nothing', async () => {
    const { origin } = await start({ routes: { 'PATCH /v1/things/{id}': {} }, cors })
    const got = await fetch(`${origin}/v1/things/1`, { ...preflight, headers: { ...preflight.headers, origin: 'https://evil.example' } })
    expect([...got.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  it('adds its headers to answers of functions and of the gateway, in place of the function\'s own', async () => {
    const { origin } = await start({ routes: { 'GET /v1/me': {} }, cors, answer: () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' }, body: '' }) })
    for (const path of ['/v1/me', '/nowhere']) {
      const got = await fetch(`${origin}${path}`, { headers: { origin: 'https://crm.example' } })
      expect(got.headers.get('access-control-allow-origin')).toBe('https://crm.example')
      expect(got.headers.get('access-control-expose-headers')).toBe('etag')
    }
    expect((await fetch(`${origin}/v1/me`)).headers.get('access-control-allow-origin')).toBeNull()
  })

  it('lets $default and ANY take preflights, as API Gateway does', async () => {
    const { origin, events } = await start({ routes: { $default: {} }, cors, answer: () => ({ statusCode: 404, body: '' }) })
    const got = await fetch(`${origin}/v1/things/1`, preflight)
    expect(got.status).toBe(404)
    expect(got.headers.get('access-control-allow-methods')).toBe('GET,PATCH')
    expect(events).toHaveLength(1)
  })

  it('knows the origins * and https://*', async () => {
    const { origin } = await start({ routes: { 'GET /v1/me': {} }, cors: { AllowOrigins: ['https://*'] } })
    expect((await fetch(`${origin}/v1/me`, { headers: { origin: 'https://any.example' } })).headers.get('access-control-allow-origin')).toBe('https://any.example')
    expect((await fetch(`${origin}/v1/me`, { headers: { origin: 'http://any.example' } })).headers.get('access-control-allow-origin')).toBeNull()
    await api?.close()
    const open = await start({ routes: { 'GET /v1/me': {} }, cors: { AllowOrigins: ['*'] } })
    expect((await fetch(`${open.origin}/v1/me`, { headers: { origin: 'http://any.example' } })).headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('a template that asks for more than the local host does', () => {
  it.each([
    [{ AuthorizationType: 'AWS_IAM' }, 'AWS_IAM'],
    [{ AuthorizationType: 'JWT', AuthorizerId: 'none' }, 'an authorizer that is not in the template'],
    [{ Target: 'integrations/other' }, 'no integration'],
  ])('stops the start and names what it is', async (more, named) => {
    await expect(anApi({ routes: { 'GET /x': more } })).rejects.toThrow(named)
  })
})
