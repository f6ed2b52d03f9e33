import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, aSignedInPerson, giveRole, signedIn, type Client, type Person } from './client.ts'

let admin: Client
let ann: Person
let bob: Person
let head: Person
let chief: Person
let north: string

beforeAll(async () => {
  admin = await signedIn(ADMIN)
  north = String((await admin('POST', '/v1/departments', { name: 'North' })).body['id'])
  ;[ann, bob, head, chief] = await Promise.all([aSignedInPerson(admin, { departmentIds: [north] }), aSignedInPerson(admin), aSignedInPerson(admin), aSignedInPerson(admin)])
  await admin('PATCH', `/v1/departments/${north}`, { headId: head.id })
  await giveRole(admin, 'Manager', { kind: 'user', id: ann.id }, { kind: 'user', id: bob.id })
  await giveRole(admin, 'Head of department', { kind: 'department', id: north, scope: 'heads' })
  await giveRole(admin, 'Chief executive', { kind: 'user', id: chief.id })
})

const make = async (who: Person, title: string): Promise<number> => (await who.api('POST /v1/items/{type}', { type: 'deal', values: { title } })).id

/** The numbers of all deals somebody lists, page by page. */
async function listed({ api }: Person, among: readonly number[]): Promise<number[]> {
  const found: number[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor }: { items: { id: number }[]; nextCursor: string | null } = await api('GET /v1/items/{type}', { type: 'deal', limit: 3, cursor })
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
    // Once the index shows the newest to one, nobody’s list has to be waited for.
    await expect.poll(() => listed(chief, all)).toEqual(all.toReversed())
    expect(await listed(ann, all)).toEqual(anns.toReversed())
    expect(await listed(head, all)).toEqual(anns.toReversed())
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
    await expect.poll(() => listed(chief, [id])).toEqual([id])
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

  it('ACC-1: a role is copied under a name of its own, or as a copy without a word', async () => {
    const { body } = await admin('POST', '/v1/roles', { name: 'Original', flags: { bulkMail: true } })
    const copy = (values?: object) => admin('POST', `/v1/roles/${String(body['id'])}/clone`, values)
    expect(await copy()).toMatchObject({ status: 201, body: { name: 'Original (copy)', flags: { bulkMail: true } } })
    expect(await copy({})).toMatchObject({ status: 201, body: { name: 'Original (copy)' } })
    expect(await copy({ name: 'Another' })).toMatchObject({ status: 201, body: { name: 'Another' } })
    expect(await copy({ title: 'Another' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/title' }] } })
    expect((await admin('GET', '/v1/roles?limit=1')).body['nextCursor']).toEqual(expect.any(String))
  })

  it('DIR-2: an account that was made anew at the issuer is let in once an administrator has released the former one', async () => {
    const person = await aPerson(admin)
    const call = await signedIn(person.email)
    expect((await call('DELETE', `/v1/users/${person.id}/sign-in`)).status).toBe(403)
    expect((await admin('DELETE', `/v1/users/${person.id}/sign-in`)).status).toBe(204)
    expect((await call('GET', '/v1/me')).body).toMatchObject({ id: person.id })
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
