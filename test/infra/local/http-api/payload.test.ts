import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anApi } from './an-api.ts'
import type { GatewayEvent, TestApi } from './an-api.ts'

let api: TestApi
let answer: unknown

beforeAll(async () => {
  api = await anApi({ routes: { 'ANY /v1/items/{type}/{id}': {}, 'ANY /files/{proxy+}': {} }, answer: () => answer })
})
afterAll(() => api.close())
beforeEach(() => {
  api.events.length = 0
  answer = { statusCode: 200, body: '' }
})

const last = (): GatewayEvent => {
  const event = api.events.at(-1)
  if (event === undefined) throw new Error('The function was not invoked')
  return event
}

describe('the event that a function gets', () => {
  it('carries path, query, headers and cookies in the form of payload 2.0', async () => {
    await fetch(`${api.origin}/v1/items/deal/caf%C3%A9%20x?a=1&a=2&b=%C3%A4+b`, { headers: { 'X-One': 'yes', cookie: 'k=1; l=2', 'user-agent': 'probe/1' } })
    const event = last()
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /v1/items/{type}/{id}',
      rawPath: '/v1/items/deal/café x',
      rawQueryString: 'a=1&a=2&b=%C3%A4+b',
      cookies: ['k=1', 'l=2'],
      queryStringParameters: { a: '1,2', b: 'ä b' },
      pathParameters: { type: 'deal', id: 'café x' },
      isBase64Encoded: false,
    })
    expect(event).not.toHaveProperty('body')
    expect(event.headers).toMatchObject({ 'x-one': 'yes', host: `127.0.0.1:${api.port}`, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' })
    expect(event.headers).not.toHaveProperty('cookie')
    expect(event.headers).not.toHaveProperty('connection')
    expect(event.requestContext).toMatchObject({
      accountId: '000000000000',
      apiId: 'a1b2c3d4e5',
      domainName: `127.0.0.1:${api.port}`,
      routeKey: 'ANY /v1/items/{type}/{id}',
      stage: '$default',
      http: { method: 'GET', path: '/v1/items/deal/café x', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'probe/1' },
    })
    expect(event.requestContext).not.toHaveProperty('authorizer')
    expect(event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
    expect(Date.parse(new Date(Number(event.requestContext.timeEpoch)).toISOString())).toBeGreaterThan(Date.now() - 10_000)
  })

  it('leaves out what the request does not have', async () => {
    await fetch(`${api.origin}/files/a/b`)
    expect(last().pathParameters).toEqual({ proxy: 'a/b' })
    for (const absent of ['cookies', 'queryStringParameters', 'body']) expect(last()).not.toHaveProperty(absent)
  })

  it('joins repeated headers by commas', async () => {
    await new Promise<void>((resolve, reject) => {
      const sent = request(`${api.origin}/files/x`, { headers: ['host', `127.0.0.1:${api.port}`, 'x-many', 'a', 'X-Many', 'b'] }, (got) => got.resume().on('end', resolve))
      sent.on('error', reject).end()
    })
    expect(last().headers['x-many']).toBe('a,b')
  })

  it.each([
    ['application/json; charset=utf-8', false],
    ['application/problem+json', false],
    ['text/csv', false],
    ['application/xml', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['image/png', true],
  ])('hands on a body of %s in base64: %s', async (contentType, isBase64Encoded) => {
    await fetch(`${api.origin}/files/x`, { method: 'POST', headers: { 'content-type': contentType }, body: 'héllo' })
    expect(last().isBase64Encoded).toBe(isBase64Encoded)
    expect(last().body).toBe(isBase64Encoded ? Buffer.from('héllo').toString('base64') : 'héllo')
  })

  it('hands on compressed text in base64', async () => {
    await fetch(`${api.origin}/files/x`, { method: 'POST', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: 'zz' })
    expect(last().isBase64Encoded).toBe(true)
  })
})

describe('the answer of a function', () => {
  it('is given with its status, headers, cookies and body', async () => {
    answer = { statusCode: 201, headers: { 'Content-Type': 'application/json', 'X-Count': 3 }, cookies: ['a=1; HttpOnly', 'b=2'], body: '{"id":1}' }
    const got = await fetch(`${api.origin}/files/x`)
    expect(got.status).toBe(201)
    expect(got.headers.get('content-type')).toBe('application/json')
    expect(got.headers.get('x-count')).toBe('3')
    expect(got.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2'])
    expect(got.headers.get('apigw-requestid')).toMatch(/=$/)
    expect(await got.json()).toEqual({ id: 1 })
  })

  it('is decoded when it says that it is base64', async () => {
    answer = { statusCode: 200, body: Buffer.from([0, 255, 1]).toString('base64'), isBase64Encoded: true }
    const got = await fetch(`${api.origin}/files/x`)
    expect([...new Uint8Array(await got.arrayBuffer())]).toEqual([0, 255, 1])
  })

  it.each([
    [{ hello: 'you' }, '{"hello":"you"}'],
    ['Hello', 'Hello'],
    [undefined, 'null'],
  ])('without a status code is taken as the body of a 200', async (payload, body) => {
    answer = payload
    const got = await fetch(`${api.origin}/files/x`)
    expect([got.status, got.headers.get('content-type'), await got.text()]).toEqual([200, 'application/json', body])
  })

  it('has no body for 204 and for HEAD', async () => {
    answer = { statusCode: 204, body: '' }
    const none = await fetch(`${api.origin}/files/x`)
    expect([none.status, none.headers.get('content-length'), await none.text()]).toEqual([204, null, ''])
    answer = { statusCode: 200, body: 'text' }
    const head = await fetch(`${api.origin}/files/x`, { method: 'HEAD' })
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['4', ''])
  })

  it.each([
    [{ statusCode: 'good' }], [{ statusCode: 99 }], [{ statusCode: 200, body: { a: 1 } }], [{ statusCode: 200, headers: { a: {} } }], [{ statusCode: 200, headers: 'a' }],
    [{ statusCode: 200, cookies: 'a=1' }], [{ statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024) }],
  ])('that is malformed or too large gives 500', async (payload) => {
    answer = payload
    const got = await fetch(`${api.origin}/files/x`)
    expect([got.status, await got.json()]).toEqual([500, { message: 'Internal Server Error' }])
  })
})
