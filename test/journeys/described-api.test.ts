import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { ApiRoute } from '../../functions/routes.ts'
import { ApiProblem, createClient, type Client as TypedClient } from '../../shared/client/index.ts'
import { ADMIN, aPerson, clientWith, giveRole, signedIn, tokenOf, type Client } from './client.ts'

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, unknown>>
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: Readonly<Record<string, { readonly properties?: Record<string, unknown> }>> }>> }
}

const read = async (token?: string): Promise<{ status: number; document: Document }> => {
  const { status, body } = await clientWith(token)<Document>('GET', '/v1/openapi.json')
  return { status, document: body }
}

let admin: Client

beforeAll(async () => {
  admin = await signedIn(ADMIN)
})

describe('the description of the API', () => {
  it('API-1: is OpenAPI 3.1, and anybody may read it', async () => {
    const { status, document } = await read()
    expect(status).toBe(200)
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/v1/items/{type}', '/v1/me', '/v1/roles/{id}/bindings', '/v1/access/explain', '/v1/mail/unsorted']))
    const { errors, valid } = await new Validator().validate(document as unknown as Parameters<Validator['validate']>[0])
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  it('API-1: tells the company’s own types and fields, at once, to those who have signed in and to nobody else', async () => {
    const code = `machine_${Date.now().toString(36)}`
    expect(await admin('POST', '/v1/types', { code, title: 'Machine' })).toMatchObject({ status: 201 })
    expect(await admin('POST', `/v1/types/${code}/fields`, { code: 'serial', title: 'Serial number', kind: 'string' })).toMatchObject({ status: 201 })
    const name = `Machine${code.slice('machine_'.length).replace(/^./, (letter) => letter.toUpperCase())}`
    const { document } = await read(await tokenOf(ADMIN))
    expect(await new Validator().validate(document as unknown as Parameters<Validator['validate']>[0])).toMatchObject({ valid: true })
    const own = document.components.schemas
    expect(Object.keys(own[`${name}Input`]?.properties?.['fields']?.properties ?? {})).toContain('serial')
    expect(JSON.stringify((await read()).document)).not.toContain(code)
    expect((await read('not.a.token')).status).toBe(401)
    expect((await read(await tokenOf('stranger@elsewhere.example'))).status).toBe(403)
    expect((await read(await tokenOf(ADMIN, { expires_in: '-60' }))).status).toBe(401)
  })

  it('API-1: is a page for people too, which runs and fetches nothing', async () => {
    const answer = await fetch(`${inject('ready').api}/v1/docs`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const page = await answer.text()
    expect(page).toContain('/v1/items/{type}/{id}')
    expect(page).not.toMatch(/<script|src=/)
  })
})

describe('the typed client', () => {
  let ann: TypedClient<ApiRoute>

  beforeAll(async () => {
    const person = await aPerson(admin)
    await giveRole(admin, 'Manager', { kind: 'user', id: person.id })
    ann = createClient<ApiRoute>({ api: inject('ready').api, token: () => tokenOf(person.email) })
  })

  it('API-1: makes, reads, changes and lists what the API holds', async () => {
    const deal = await ann('POST /v1/items/{type}', { type: 'deal', values: { title: 'Coffee machines' } })
    const found = await ann('GET /v1/items/{type}/{id}', { type: 'deal', id: deal.id })
    expect(found).toEqual(deal)
    const changed = await ann('PATCH /v1/items/{type}/{id}', { type: 'deal', id: deal.id, values: { title: 'Tea machines' }, ifMatch: found })
    expect(changed).toMatchObject({ title: 'Tea machines', version: 2 })
    await expect(ann('PATCH /v1/items/{type}/{id}', { type: 'deal', id: deal.id, values: { title: 'Late' }, ifMatch: found })).rejects.toMatchObject({ status: 412, code: 'item.stale' })
    expect(await ann('DELETE /v1/items/{type}/{id}', { type: 'deal', id: deal.id })).toBeUndefined()
  })

  it('API-4: walks a list from page to page', async () => {
    const titles = ['One', 'Two', 'Three', 'Four', 'Five']
    for (const title of titles) await ann('POST /v1/items/{type}', { type: 'lead', values: { title } })
    const found = async (): Promise<string[]> => {
      const all: string[] = []
      for await (const { title } of ann.each('GET /v1/items/{type}', { type: 'lead', limit: 2, sort: 'id' })) all.push(title)
      return all
    }
    await expect.poll(found).toEqual(titles)
  })

  it('API-2: throws what the API refuses, with the fields at fault', async () => {
    const refused = ann('POST /v1/items/{type}', { type: 'deal', values: { colour: 'red' } })
    await expect(refused).rejects.toBeInstanceOf(ApiProblem)
    await expect(refused).rejects.toMatchObject({ status: 400, fields: [{ pointer: '/colour' }] })
  })

  it('API-3: sends again what may have been lost, and it happens once', async () => {
    const { api } = inject('ready')
    const person = await aPerson(admin)
    await giveRole(admin, 'Manager', { kind: 'user', id: person.id })
    let lost = 0
    // The first answer never arrives, though the API has done what was asked.
    const forgetful: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      if (init?.method === 'POST' && (lost += 1) === 1) throw new TypeError('The connection was lost.')
      return answer
    }
    const client = createClient<ApiRoute>({ api, token: await tokenOf(person.email), fetch: forgetful, patience: { firstPauseMilliseconds: 1 } })
    const made = await client('POST /v1/items/{type}', { type: 'contact', values: { firstName: 'Ida' } })
    const found = async (): Promise<number[]> => {
      const all: number[] = []
      for await (const { id } of client.each('GET /v1/items/{type}', { type: 'contact' })) all.push(id)
      return all
    }
    // A second one would have been made before the answer came, and be seen no later than this one.
    await expect.poll(found).toContain(made.id)
    expect(await found()).toEqual([made.id])
  })
})
