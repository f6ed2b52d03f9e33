import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import * as z from 'zod'
import { describe, expect, it } from 'vitest'
import { allRoutes } from '../../../functions/routes.ts'
import { FUNCTIONS } from '../../../infra/functions.ts'
import { documentOf } from '../../../shared/api/document.ts'
import { pageOf } from '../../../shared/api/page.ts'
import type { DescribedRoute } from '../../../shared/api/index.ts'
import { typesOf } from '../../../shared/types/index.ts'
import { workspaceOfRows } from '../../../shared/workspace/index.ts'
import { describedApi } from '../../support/described-api.ts'

const types = [...typesOf(workspaceOfRows(0, [])).values()]
const document = documentOf(allRoutes, types)
const api = describedApi(document)

describe('the description of the API', () => {
  it('API-1: is OpenAPI 3.1 by an independent validator', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)) as Parameters<Validator['validate']>[0])
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  it('API-1: has every route that a function serves, and no other', async () => {
    const folders = readdirSync(join(import.meta.dirname, '../../../functions'), { withFileTypes: true }).filter((one) => one.isDirectory()).map(({ name }) => name)
    const served: string[] = []
    for (const { entry, trigger } of FUNCTIONS) {
      if (trigger.kind !== 'http') continue
      const { routes } = (await import(`../../../functions/${entry.split('/')[0]}/routes.ts`)) as { routes: readonly DescribedRoute[] }
      served.push(...routes.map(({ method, path }) => `${method} ${path}`))
    }
    expect(folders).toContain('items')
    expect(api.operations.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(served.toSorted())
  })

  it('knows the types of every route, so that the typed client does too', () => {
    // A table without `as const satisfies` shows here as a path of any text: then this line does not compile.
    const isTyped: string extends (typeof allRoutes)[number]['path'] ? 'untyped' : 'typed' = 'typed'
    expect(isTyped).toBe('typed')
  })

  it('has no name in the path and the query of one route, since the typed client names both together', () => {
    const doubled = api.operations.filter(({ operation: { parameters = [] } }) => new Set(parameters.filter((one) => one.in !== 'header').map(({ name }) => name)).size < parameters.filter((one) => one.in !== 'header').length)
    expect(doubled.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })

  it('calls every operation by another name', () => {
    const names = api.operations.map(({ operation }) => operation.operationId)
    expect(names.filter((name) => !/^[a-z][A-Za-z0-9]+$/.test(name))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(api.operations.map((one) => ({ name: `${one.method} ${one.path}`, ...one })))('API-1: $name names what its path, its body and its answer hold', ({ path, operation, method }) => {
    const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)
    expect(inPath.toSorted()).toEqual([...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name ?? '').toSorted())
    expect(operation.summary).toMatch(/^[A-Z].*\.$/)
    const good = Object.entries(operation.responses).find(([status]) => status.startsWith('2') || status.startsWith('3'))
    expect(good).toBeDefined()
    if (good?.[0] === '200' || good?.[0] === '201') expect('content' in good[1] && Object.values(good[1].content ?? {})[0]?.schema).toBeTruthy()
    expect(operation.requestBody === undefined || ['POST', 'PUT', 'PATCH'].includes(method)).toBe(true)
  })

  it('API-1: every example is what its own schema takes', () => {
    const wrong: string[] = []
    const look = (part: unknown, pointer: string): void => {
      if (typeof part !== 'object' || part === null) return
      const { schema, example, examples } = part as { schema?: unknown; example?: unknown; examples?: Record<string, { value: unknown }> }
      if (schema !== undefined) {
        const given = [...(example === undefined ? [] : [example]), ...(Array.isArray(examples) ? [] : Object.values(examples ?? {}).map(({ value }) => value))]
        for (const one of given) wrong.push(...api.faults(`${pointer}/schema`, one).map((fault) => `${pointer}: ${fault}`))
        return
      }
      for (const [key, value] of Object.entries(part)) look(value, `${pointer}/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    }
    look(document.paths, '#/paths')
    look(document.components.responses, '#/components/responses')
    expect(wrong).toEqual([])
  })

  it('API-1: tells the fields of each type of items, those that a company has added too', () => {
    const deal = types.find(({ code }) => code === 'deal')
    if (!deal) throw new Error('There is no type deal.')
    const equipment = { ...deal, code: 'equipment', title: 'Equipment' }
    const described = documentOf(allRoutes, [...types, equipment])
    expect(Object.keys(described.components.schemas)).toEqual(expect.arrayContaining(['Lead', 'DealInput', 'DealPatch', 'Equipment', 'EquipmentInput', 'EquipmentPatch']))
    expect(Object.keys(described.components.schemas['EquipmentInput']?.properties ?? {})).toEqual(expect.arrayContaining(['title', 'stageId', 'amount']))
    expect(describedApi(described).faults('#/components/schemas/DealInput', { title: 'x', colour: 'red' })).not.toEqual([])
  })

  it('says of every route which problems it can answer', () => {
    const of = (method: string, path: string): string[] => Object.keys(api.find(method, path)?.operation.responses ?? {})
    expect(of('PATCH', '/v1/items/deal/88')).toEqual(expect.arrayContaining(['200', '400', '401', '403', '404', '409', '412', '413', '415', '422', '429', '503']))
    expect(of('GET', '/v1/openapi.json')).not.toContain('404')
    // What is stored may be too large also where nothing is sent.
    for (const [method, path] of [['POST', '/v1/items/deal/88/restore'], ['DELETE', '/v1/items/deal/88'], ['POST', '/v1/items/deal/88/chat/join']] as const) expect(of(method, path), path).toContain('413')
    expect(of('GET', '/v1/items/deal/88')).not.toContain('413')
    expect(api.find('POST', '/v1/items/deal')?.operation.parameters?.map(({ name }) => name)).toContain('Idempotency-Key')
  })

  it('ITM-6: names If-Match where a version can be meant, and nowhere else', () => {
    const takes = api.operations.filter(({ operation }) => operation.parameters?.some(({ name }) => name === 'If-Match'))
    expect(takes.every(({ operation }) => '412' in operation.responses)).toBe(true)
    expect(takes.map(({ method, path }) => `${method} ${path}`).filter((one) => one.includes('/items/')).toSorted()).toEqual([
      'DELETE /v1/items/{type}/{id}',
      'DELETE /v1/items/{type}/{id}/observers/{userId}',
      'PATCH /v1/items/{type}/{id}',
      'POST /v1/items/lead/{id}/convert',
      'POST /v1/items/{type}/{id}/observers',
      'POST /v1/items/{type}/{id}/restore',
    ])
    expect(api.operations.filter(({ operation }) => '412' in operation.responses)).toHaveLength(takes.length)
  })

  it('holds when a schema holds itself', () => {
    const Step = z.object({ name: z.string(), get steps() { return z.array(Step).optional() } })
    const routes: DescribedRoute[] = [{ method: 'POST', path: '/v1/steps', summary: 'Steps.', body: z.object({ first: Step }), returns: Step, status: 201 }]
    const recursive = describedApi(documentOf(routes, []))
    expect(recursive.faults('#/components/schemas/CreateStepBody', { first: { name: 'a', steps: [{ name: 'b' }] } })).toEqual([])
    expect(recursive.faults('#/components/schemas/CreateStepBody', { first: { name: 'a', steps: [{ name: 1 }] } })).not.toEqual([])
  })
})

describe('an answer that is held against the description', () => {
  const closed = describedApi(document, { closed: true })
  const me = closed.find('GET', '/v1/users/usr_1')
  const user = { id: 'usr_1', name: 'Ann', emails: [], active: true, departmentIds: [] }
  const faults = (status: number, body: unknown, contentType = 'application/json; charset=utf-8'): number => (me ? closed.faultsOfAnswer(me, status, contentType, body).length : -1)

  it('API-1: is found out when a field is missing, of another type or not described, or when its status or its form is another', () => {
    expect(faults(200, user)).toBe(0)
    expect(faults(200, { ...user, name: undefined })).toBe(1)
    expect(faults(200, { ...user, active: 'yes' })).toBe(1)
    expect(faults(200, { ...user, secret: 1 })).toBe(1)
    expect(faults(202, user)).toBe(1)
    expect(faults(200, user, 'text/html')).toBe(1)
    expect(faults(404, { title: 'No' }, 'application/problem+json')).toBe(1)
  })

  it('is not found out by the description alone when it holds a field more, since more may come', () => {
    expect(api.faults('#/components/schemas/User', { ...user, since: 2026 })).toEqual([])
  })
})

describe('the page of the description', () => {
  it('shows every route and fetches nothing', () => {
    const page = pageOf(document)
    for (const { path, operation } of api.operations) expect(page).toContain(`<code>${path}</code> <span>${operation.summary.replaceAll("'", '&#39;').replaceAll('&S', '&amp;S')}`)
    expect(page).not.toMatch(/<script|<link|<img|<iframe|src=|@import|url\(/i)
    expect([...page.matchAll(/href="([^"]*)"/g)].filter(([, href = '']) => !href.startsWith('#') && href !== 'openapi.json')).toEqual([])
  })

  it('shows what companies name themselves as text', () => {
    const deal = types.find(({ code }) => code === 'deal')
    if (!deal) throw new Error('There is no type deal.')
    const page = pageOf(documentOf(allRoutes, [{ ...deal, title: '</pre><script>alert(1)</script>' }]))
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;')
  })
})
