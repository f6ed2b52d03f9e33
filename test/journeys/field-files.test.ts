import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, clientOf, giveRole, refusal, signedIn, type Caller } from './client.ts'

/** A type of its own, with a field for one file and one for several. */
const code = `case_${process.pid}_${Date.now().toString(36)}`

let ann: Caller
let bob: Caller
let chief: Caller

beforeAll(async () => {
  const raw = await signedIn(ADMIN)
  const [a, b, c] = await Promise.all([aPerson(raw), aPerson(raw), aPerson(raw)])
  await giveRole(raw, 'Chief executive', { kind: 'user', id: c.id })
  const admin = await clientOf(ADMIN)
  const own = { read: 'own', add: 'own', update: 'own', delete: 'own' } as const
  const role = await admin('POST /v1/roles', { values: { name: `Clerk of ${code}` } })
  await admin('PUT /v1/roles/{id}/bindings', { id: role.id, values: { bindings: [{ kind: 'user', id: a.id }, { kind: 'user', id: b.id }] } })
  await admin('POST /v1/types', { values: { code, title: 'Case', fields: [{ code: 'contract', kind: 'file' }, { code: 'photos', kind: 'file', multiple: true }], roles: { [role.id]: own } } })
  ;[ann, bob, chief] = await Promise.all([clientOf(a.email), clientOf(b.email), clientOf(c.email)])
})

async function upload(who: Caller, content = 'signed'): Promise<string> {
  const { id, upload } = await who('POST /v1/files', { values: { name: 'contract.pdf', contentType: 'application/pdf', size: content.length } })
  expect((await fetch(upload.url, { method: upload.method, headers: upload.headers, body: content })).status).toBe(200)
  return id
}
const fetched = async (who: Caller, id: string): Promise<string> => (await fetch(await who.location('GET /v1/files/{id}', { id }))).text()
const make = (who: Caller, fields: object): ReturnType<typeof who<'POST /v1/items/{type}'>> => who('POST /v1/items/{type}', { type: code, values: { fields } })

describe('files in fields of the company’s own', () => {
  it('ITM-5, ACC-8: a file follows its item from the moment it is bound: its readers fetch it, nobody else', async () => {
    const file = await upload(ann)
    expect((await refusal(fetched(chief, file))).status).toBe(404)
    const item = await make(ann, { contract: file })
    expect(item).toMatchObject({ fields: { contract: file, photos: [] } })
    expect(await fetched(chief, file)).toBe('signed')
    expect(await fetched(ann, file)).toBe('signed')
    expect((await refusal(fetched(bob, file))).status).toBe(404)
    // Who loses the item loses its files, their uploader too.
    await chief('PATCH /v1/items/{type}/{id}', { type: code, id: item.id, values: { responsibleId: (await chief('GET /v1/me')).id } })
    expect((await refusal(fetched(ann, file))).status).toBe(404)
    await chief('DELETE /v1/items/{type}/{id}', { type: code, id: item.id })
    expect((await refusal(fetched(chief, file))).status).toBe(404)
  })

  it('ITM-5: an unknown file, another person’s, and one of another item are refused alike, by name', async () => {
    const [mine, theirs] = await Promise.all([upload(ann), upload(bob)])
    const item = await make(ann, {})
    const change = (fields: object): Promise<unknown> => ann('PATCH /v1/items/{type}/{id}', { type: code, id: item.id, values: { fields } })
    for (const id of [theirs, 'fil_nothing']) {
      expect(await refusal(make(ann, { contract: id }))).toEqual({ status: 400, code: 'file.unknown', at: ['/fields/contract'] })
      expect(await refusal(change({ photos: [mine, id] }))).toEqual({ status: 400, code: 'file.unknown', at: ['/fields/photos/1'] })
    }
    expect(await refusal(change({ contract: 'nothing' }))).toEqual({ status: 400, code: 'request.invalid', at: ['/fields/contract'] })
    // What was refused has bound nothing.
    await make(ann, { contract: mine })
    expect((await refusal(change({ contract: mine }))).code).toBe('file.unknown')
    expect((await refusal(make(ann, { contract: mine }))).code).toBe('file.unknown')
  })

  it('ITM-5: fields share a file of their item, and one that was taken out goes on following it', async () => {
    const [first, second] = [await upload(ann, 'first'), await upload(ann, 'second')]
    const item = await make(ann, { contract: first, photos: [first, second] })
    const cleared = await chief('PATCH /v1/items/{type}/{id}', { type: code, id: item.id, values: { fields: { photos: null, contract: null } } })
    expect(cleared['fields']).toEqual({ contract: null, photos: [] })
    expect(await fetched(chief, second)).toBe('second')
    const back = await chief('PATCH /v1/items/{type}/{id}', { type: code, id: item.id, values: { fields: { photos: [second] } } })
    expect(back['fields']).toEqual({ contract: null, photos: [second] })
  })

  it('ITM-5: in a batch and under a race, a file becomes one item’s', async () => {
    const file = await upload(ann)
    const create = { op: 'create', values: { fields: { contract: file } } } as const
    const { results } = await ann('POST /v1/items/{type}/batch', { type: code, values: { operations: [create, create] } })
    expect(results.map(({ status }) => status)).toEqual([201, 400])
    const raced = await upload(ann)
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => make(ann, { contract: raced })))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('ITM-8: converting a lead binds the files that the new deal is given', async () => {
    const admin = await clientOf(ADMIN)
    const field = `scan_${Date.now().toString(36)}`
    for (const type of ['deal', 'contact']) await admin('POST /v1/types/{type}/fields', { type, values: { code: field, kind: 'file' } })
    const file = await upload(chief)
    const lead = await chief('POST /v1/items/{type}', { type: 'lead', values: { title: 'With a scan' } })
    const given = { fields: { [field]: file } }
    expect(await refusal(chief('POST /v1/items/lead/{id}/convert', { id: lead.id, values: { contact: given, deal: given } }))).toMatchObject({ status: 400, code: 'file.given_twice' })
    const { dealId } = await chief('POST /v1/items/lead/{id}/convert', { id: lead.id, values: { contact: true, deal: given } })
    expect(await chief('GET /v1/items/{type}/{id}', { type: 'deal', id: Number(dealId) })).toMatchObject(given)
    expect(await refusal(chief('PATCH /v1/items/{type}/{id}', { type: 'deal', id: (await chief('POST /v1/items/{type}', { type: 'deal', values: {} })).id, values: given }))).toMatchObject({ code: 'file.unknown' })
    for (const type of ['deal', 'contact']) await admin('DELETE /v1/types/{type}/fields/{field}', { type, field })
  })
})
