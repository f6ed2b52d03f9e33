import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, clientOf, giveRole, signedIn, type Caller, type Client } from './client.ts'

let admin: Client
/** `call` shows bare answers, where they matter. */
let ann: { id: string; email: string; call: Client; typed: Caller }
let bob: typeof ann
let head: typeof ann
let chief: typeof ann
let north: string

beforeAll(async () => {
  admin = await signedIn(ADMIN)
  north = String((await admin('POST', '/v1/departments', { name: 'North' })).body['id'])
  const person = async (departmentIds: string[]): Promise<typeof ann> => {
    const made = await aPerson(admin, { departmentIds })
    return { ...made, call: await signedIn(made.email), typed: await clientOf(made.email) }
  }
  ;[ann, bob, head, chief] = await Promise.all([person([north]), person([]), person([]), person([])]) as [typeof ann, typeof ann, typeof ann, typeof ann]
  await admin('PATCH', `/v1/departments/${north}`, { headId: head.id })
  await giveRole(admin, 'Manager', { kind: 'user', id: ann.id }, { kind: 'user', id: bob.id })
  await giveRole(admin, 'Head of department', { kind: 'department', id: north, scope: 'heads' })
  await giveRole(admin, 'Chief executive', { kind: 'user', id: chief.id })
})

const make = async (who: typeof ann, title: string): Promise<number> => (await who.typed('POST /v1/items/{type}', { type: 'deal', values: { title } })).id

/** The numbers of all deals somebody lists, page by page, once the index shows the newest. */
async function listed({ typed }: typeof ann, among: readonly number[]): Promise<number[]> {
  await new Promise((resolve) => setTimeout(resolve, 300))
  const found: number[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor }: { items: { id: number }[]; nextCursor: string | null } = await typed('GET /v1/items/{type}', { type: 'deal', limit: 3, cursor })
    if (nextCursor) expect(items).toHaveLength(3)
    found.push(...items.map(({ id }) => id))
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
  return found.filter((id) => among.includes(id))
}

describe('who sees what', () => {
  it('ITM-7: a manager lists own items only, a head the department’s, a chief all', async () => {
    const anns = [await make(ann, 'A1'), await make(ann, 'A2')]
    const bobs = [await make(bob, 'B1'), await make(bob, 'B2')]
    const all = [...anns, ...bobs]
    expect(await listed(ann, all)).toEqual(anns.toReversed())
    expect(await listed(head, all)).toEqual(anns.toReversed())
    expect(await listed(chief, all)).toEqual(all.toReversed())
  })

  it('ACC-9: an item that one may not read answers exactly as one that does not exist', async () => {
    const id = await make(bob, 'Hidden')
    for (const [method, body] of [['GET'], ['PATCH', { title: 'x' }], ['DELETE']] as const) {
      const foreign = await ann.call(method, `/v1/items/deal/${id}`, body)
      const missing = await ann.call(method, '/v1/items/deal/99999999', body)
      expect(foreign.status).toBe(404)
      expect({ ...foreign.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' })
      expect(foreign.headers.get('etag')).toBeNull()
    }
    expect((await ann.call('GET', `/v1/items/deal/${id}/timeline`)).status).toBe(404)
  })

  it('DIR-4: a move to another department takes effect with the next request, in lists too', async () => {
    const id = await make(bob, 'Moves with Bob')
    expect((await head.call('GET', `/v1/items/deal/${id}`)).status).toBe(404)
    await admin('PATCH', `/v1/users/${bob.id}`, { departmentIds: [north] })
    expect((await head.call('GET', `/v1/items/deal/${id}`)).status).toBe(200)
    expect(await listed(head, [id])).toEqual([id])
    await admin('PATCH', `/v1/users/${bob.id}`, { departmentIds: [] })
    expect((await head.call('GET', `/v1/items/deal/${id}`)).status).toBe(404)
    expect(await listed(head, [id])).toEqual([])
  })

  it('DIR-3: who is deactivated signs in no more, and their items stay', async () => {
    const gone = await aPerson(admin)
    await giveRole(admin, 'Manager', { kind: 'user', id: gone.id })
    const call = await signedIn(gone.email)
    const { body } = await call('POST', '/v1/items/deal', { title: 'Stays' })
    expect((await admin('DELETE', `/v1/users/${gone.id}`)).status).toBe(204)
    expect((await call('GET', '/v1/me')).status).toBe(403)
    expect((await chief.call('GET', `/v1/items/deal/${String(body['id'])}`)).body).toMatchObject({ responsibleId: gone.id })
    expect((await chief.call('PATCH', `/v1/items/deal/${String(body['id'])}`, { responsibleId: gone.id, title: 'Still stays' })).status).toBe(200)
    expect((await chief.call('POST', '/v1/items/deal', { responsibleId: gone.id })).body).toMatchObject({ errors: [{ pointer: '/responsibleId' }] })
  })

  it('ACC-10: says why', async () => {
    const id = await make(ann, 'Explained')
    const own = await ann.call('GET', `/v1/access/explain?type=deal&id=${id}&operation=update`)
    expect(own.body).toMatchObject({ allowed: true, rule: { kind: 'role', row: 'type', level: 'own', binding: { kind: 'user', id: ann.id } } })
    const other = await admin('GET', `/v1/access/explain?userId=${bob.id}&type=deal&id=${id}`)
    expect(other.body).toMatchObject({ allowed: false, level: 'own', rule: { kind: 'levelTooLow' } })
    expect((await ann.call('GET', `/v1/access/explain?userId=${bob.id}&type=deal&id=${id}`)).status).toBe(403)
  })

  it('ACC-11: tells a client what to hide', async () => {
    expect((await ann.call('GET', '/v1/me/permissions')).body).toMatchObject({ flags: { settings: false }, types: { deal: { read: 'own', delete: 'own' } } })
  })

  it('OBS-2, ACC-7: an observer sees the item until they are removed', async () => {
    const id = await make(ann, 'Watched')
    expect((await ann.call('POST', `/v1/items/deal/${id}/observers`, { userIds: [bob.id] })).body).toMatchObject({ observerIds: [bob.id] })
    expect((await bob.call('GET', `/v1/items/deal/${id}`)).status).toBe(200)
    expect((await bob.call('PATCH', `/v1/items/deal/${id}`, { title: 'x' })).status).toBe(403)
    expect((await bob.call('DELETE', `/v1/items/deal/${id}/observers/${bob.id}`)).status).toBe(204)
    expect((await bob.call('GET', `/v1/items/deal/${id}`)).status).toBe(404)
  })
})
