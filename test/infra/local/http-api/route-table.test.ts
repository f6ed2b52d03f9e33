import { describe, expect, it } from 'vitest'
import { routeTable } from '../../../../infra/local/http-api/route-table.ts'

const keys = [
  'GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /pets/{kind}', 'GET /v1/items/{type}/{id}', 'GET /v1/items/{type}/bin',
  'POST /v1/items/{type}/{id}/convert', 'ANY /{proxy+}', '$default', 'GET /',
]
const table = routeTable(keys.toReversed().map((routeKey) => ({ routeKey, target: undefined })))

describe('the choice of a route', () => {
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['GET', '/pets/cat', 'ANY /pets/{kind}', { kind: 'cat' }],
    ['DELETE', '/pets/cat', 'ANY /pets/{kind}', { kind: 'cat' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['GET', '/v1/items/deal/88', 'GET /v1/items/{type}/{id}', { type: 'deal', id: '88' }],
    ['GET', '/v1/items/deal/bin', 'GET /v1/items/{type}/bin', { type: 'deal' }],
    ['GET', '/v1/items/deal/', 'ANY /{proxy+}', { proxy: 'v1/items/deal/' }],
    ['GET', '/', 'GET /', {}],
    ['POST', '/', '$default', {}],
  ])('gives %s %s to %s', (method, path, routeKey, pathParameters) => {
    const match = table(method, path)
    expect(match?.route.routeKey).toBe(routeKey)
    expect(match?.pathParameters).toEqual(pathParameters)
  })

  it('finds nothing where no route takes the path and there is no $default', () => {
    const small = routeTable([{ routeKey: 'GET /v1/me', target: undefined }])
    expect(small('GET', '/v1/you')).toBeUndefined()
    expect(small('POST', '/v1/me')).toBeUndefined()
    expect(small('GET', '/v1/me/')).toBeUndefined()
  })

  it('prefers the method to ANY on the same path', () => {
    const both = routeTable([{ routeKey: 'ANY /a/{x}', target: undefined }, { routeKey: 'PUT /a/{y}', target: undefined }])
    expect(both('PUT', '/a/1')?.route.routeKey).toBe('PUT /a/{y}')
    expect(both('GET', '/a/1')?.route.routeKey).toBe('ANY /a/{x}')
  })

  it('refuses a key that no HTTP API has', () => {
    expect(() => routeTable([{ routeKey: 'get /a', target: undefined }])).toThrow('"get /a"')
    expect(() => routeTable([{ routeKey: 'GET /{a+}/b', target: undefined }])).toThrow('greedy')
  })
})
