import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, giveRole, signedIn, timeline, until, type Client } from './client.ts'

let admin: Client
let ann: { id: string; call: Client }
let bob: typeof ann
let chief: typeof ann
/** Journeys run side by side on one company, so this one brings along types that nobody else has. */
const code = `equipment_${process.pid}_${Date.now().toString(36)}`

interface Problem {
  readonly code: string
  readonly errors?: readonly { pointer: string }[]
}
interface List {
  readonly items: readonly { id: number; code: string; name: string }[]
}

beforeAll(async () => {
  admin = await signedIn(ADMIN)
  const person = async (): Promise<typeof ann> => {
    const made = await aPerson(admin)
    return { id: made.id, call: await signedIn(made.email) }
  }
  ann = await person()
  bob = await person()
  chief = await person()
  await giveRole(admin, 'Chief executive', { kind: 'user', id: chief.id })
})

const pointersOf = (body: Record<string, unknown>): string[] => ((body as unknown as Problem).errors ?? []).map(({ pointer }) => pointer)

/** The numbers that somebody lists, once the index shows what was written. */
async function listed(call: Client, query = ''): Promise<number[]> {
  await new Promise((resolve) => setTimeout(resolve, 200))
  return (await call<List>('GET', `/v1/items/${code}${query}`)).body.items.map(({ id }) => id)
}

describe('a smart process over HTTP', () => {
  it('ITM-1: is defined, and works with the very next request: items, roles, lists by permission, timeline', async () => {
    const role = await admin('POST', '/v1/roles', { name: `Keeper of ${code}` })
    const roleId = String(role.body['id'])
    await admin('PUT', `/v1/roles/${roleId}/bindings`, { bindings: [{ kind: 'user', id: ann.id }, { kind: 'user', id: bob.id }] })
    expect((await ann.call('POST', '/v1/types', { code, title: 'Equipment' })).status).toBe(403)
    expect((await ann.call('GET', `/v1/items/${code}`)).status).toBe(404)

    const defined = await admin('POST', '/v1/types', {
      code,
      title: 'Equipment',
      fields: [{ code: 'serial', kind: 'string', title: 'Serial number', required: true }, { code: 'holder', kind: 'employee' }],
      stages: [{ id: 'STOCK', title: 'In stock' }, { id: 'LENT', title: 'Lent' }, { id: 'SCRAPPED', title: 'Scrapped', semantic: 'failure' }],
      roles: { [roleId]: { read: 'own', add: 'own', update: 'own', stages: { SCRAPPED: { update: 'none' } } } },
    })
    expect([defined.status, defined.text]).toEqual([201, expect.stringContaining('serial')])

    expect(pointersOf((await ann.call('POST', `/v1/items/${code}`, { fields: {} })).body)).toEqual(['/fields/serial'])
    expect(pointersOf((await ann.call('POST', `/v1/items/${code}`, { fields: { serial: 'A', colour: 'red' } })).body)).toEqual(['/fields/colour'])
    const made = await ann.call('POST', `/v1/items/${code}`, { fields: { serial: 'A-1', holder: bob.id } })
    expect(made).toMatchObject({ status: 201, body: { title: expect.stringMatching(/^Equipment #\d+$/), stageId: 'STOCK', fields: { serial: 'A-1', holder: bob.id }, version: 1 } })
    const id = Number(made.body['id'])
    const second = Number((await bob.call('POST', `/v1/items/${code}`, { title: 'Drill', fields: { serial: 'B-1' }, stageId: 'LENT', observerIds: [ann.id] })).body['id'])
    const third = Number((await bob.call('POST', `/v1/items/${code}`, { title: 'Saw', fields: { serial: 'B-2' } })).body['id'])

    expect((await ann.call('GET', '/v1/me/permissions')).body).toMatchObject({ types: { [code]: { read: 'own', stages: { SCRAPPED: { update: 'none' } } } } })
    expect((await ann.call('GET', `/v1/items/${code}/${third}`)).status).toBe(404)
    expect(await listed(ann.call)).toEqual([second, id])
    expect(await listed(bob.call)).toEqual([third, second])
    expect(await listed(chief.call)).toEqual([third, second, id])
    expect(await listed(chief.call, `?stageId=LENT`)).toEqual([second])
    expect(await listed(chief.call, `?fields.serial[contains]=b-`)).toEqual([third, second])

    expect((await ann.call('PATCH', `/v1/items/${code}/${id}`, { stageId: 'SCRAPPED' })).status).toBe(403)
    expect((await ann.call('PATCH', `/v1/items/${code}/${id}`, { stageId: 'LENT', fields: { serial: 'A-2' } })).status).toBe(200)
    const { value: entries } = await until(async () => {
      const found = await timeline(ann.call, code, id)
      return found.length >= 3 ? found : undefined
    })
    expect(entries.map(({ kind }) => kind)).toEqual(['stage.moved', 'item.changed', 'item.created'])
    expect(entries[0]?.data).toMatchObject({ fromStageId: 'STOCK', toStageId: 'LENT' })
    expect(entries[1]?.data).toEqual({ changes: [{ field: 'fields.serial', old: 'A-1', new: 'A-2' }] })
  })

  it('ITM-4: stages are added and removed while people work; one in use stays, one that was left goes at once', async () => {
    const stages = `/v1/types/${code}/stages`
    expect((await ann.call('POST', stages, { title: 'Repair' })).status).toBe(403)
    expect((await admin('POST', stages, { id: 'REPAIR', title: 'In repair' })).body).toEqual({ id: 'REPAIR', title: 'In repair', semantic: 'open', pipelineId: 'default' })
    const { body } = await ann.call('POST', `/v1/items/${code}`, { fields: { serial: 'C-1' }, stageId: 'REPAIR' })
    expect((await admin('DELETE', `${stages}/REPAIR`)).body).toMatchObject({ status: 409, code: 'stage.in_use' })
    expect((await ann.call('PATCH', `/v1/items/${code}/${String(body['id'])}`, { stageId: 'STOCK' })).status).toBe(200)
    expect((await admin('DELETE', `${stages}/REPAIR`)).status).toBe(204)
    expect((await ann.call('POST', `/v1/items/${code}`, { fields: { serial: 'C-2' }, stageId: 'REPAIR' })).body).toMatchObject({ status: 400, code: `${code}.stage_unknown` })
    expect((await ann.call<List>('GET', stages)).body.items.map(({ id }) => id)).toEqual(['STOCK', 'LENT', 'SCRAPPED'])
  })

  it('ITM-4: many items that race into a stage while it is removed are all in a stage that is there', async () => {
    const stages = `/v1/types/${code}/stages`
    await admin('POST', stages, { id: 'RACE', title: 'Race' })
    const [removal, ...entered] = await Promise.all([
      admin('DELETE', `${stages}/RACE`),
      ...Array.from({ length: 20 }, async (_, n) => {
        await new Promise((resolve) => setTimeout(resolve, n * 5))
        return ann.call('POST', `/v1/items/${code}`, { fields: { serial: `R-${n}` }, stageId: 'RACE' })
      }),
    ])
    const made = entered.filter(({ status }) => status === 201)
    expect(entered.every(({ status }) => [201, 400, 409].includes(status))).toBe(true)
    expect(removal.status).toBe(made.length > 0 ? 409 : 204)
    for (const { body } of made) await ann.call('PATCH', `/v1/items/${code}/${String(body['id'])}`, { stageId: 'STOCK' })
    if (made.length > 0) expect((await admin('DELETE', `${stages}/RACE`)).status).toBe(204)
  })

  it('ITM-5: a field that is added works at once; a required one is asked for at the next move', async () => {
    const { body } = await ann.call('POST', `/v1/items/${code}`, { fields: { serial: 'D-1' } })
    const path = `/v1/items/${code}/${String(body['id'])}`
    expect((await admin('POST', `/v1/types/${code}/fields`, { code: 'price', kind: 'money', requiredFrom: ['LENT'] })).status).toBe(201)
    expect(pointersOf((await ann.call('PATCH', path, { stageId: 'LENT' })).body)).toEqual(['/fields/price'])
    expect((await ann.call('PATCH', path, { stageId: 'LENT', fields: { price: { amount: '19.9', currency: 'EUR' } } })).body).toMatchObject({ fields: { price: { amount: '19.90', currency: 'EUR' } } })
    expect((await admin('PATCH', `/v1/types/${code}/fields/price`, { kind: 'number' })).body).toMatchObject({ status: 422, code: 'field.kind_fixed' })
    expect((await admin('DELETE', `/v1/types/${code}/fields/price`)).status).toBe(204)
    expect((await ann.call('GET', path)).body['fields']).toEqual({ serial: 'D-1', holder: null })
  })

  it('ITM-10: observerIds are hidden by a form and shown again; the API keeps them', async () => {
    const form = `/v1/types/${code}/form`
    const fields = (hidden: boolean): object => ({ scope: 'common', sections: [{ title: 'All', fields: [{ name: 'title' }, { name: 'fields.serial' }, { name: 'observerIds', hidden }] }] })
    expect((await ann.call('PUT', form, fields(true))).status).toBe(403)
    expect((await admin('PUT', form, fields(true))).status).toBe(200)
    expect((await ann.call<{ sections: { fields: object[] }[] }>('GET', form)).body.sections[0]?.fields).toContainEqual({ name: 'observerIds', hidden: true })
    expect((await bob.call('GET', `/v1/items/${code}?view=full`)).text).toContain(ann.id)
    expect((await admin('PUT', form, fields(false))).text).toContain('{"name":"observerIds","hidden":false}')
    expect(pointersOf((await ann.call('PUT', form, { sections: [{ title: 'Mine', fields: [{ name: 'fields.nothing' }] }] })).body)).toEqual(['/sections/0/fields/0/name'])
  })

  it('ITM-4: a deal goes through a pipeline of its own', async () => {
    const id = `service_${code}`.slice(0, 40)
    const stage = `ASKED_${process.pid}_${Date.now().toString(36)}`
    const made = await admin('POST', '/v1/types/deal/pipelines', { id, title: 'Service', stages: [{ id: stage, title: 'Asked' }, { title: 'Done', semantic: 'success' }, { title: 'Not done', semantic: 'failure' }] })
    expect([made.status, made.text]).toEqual([201, expect.stringContaining(stage)])
    const deal = await chief.call('POST', '/v1/items/deal', { title: 'Repair', pipelineId: id })
    expect(deal.body).toMatchObject({ pipelineId: id, stageId: stage })
    expect((await admin('DELETE', `/v1/types/deal/pipelines/${id}`)).body).toMatchObject({ status: 409, code: 'pipeline.in_use' })
    await chief.call('DELETE', `/v1/items/deal/${String(deal.body['id'])}`)
    expect((await admin('DELETE', `/v1/types/deal/pipelines/${id}`)).status).toBe(204)
  })

  it('API-5: what names no type, stage, field or pipeline answers 404, and bad definitions are refused by name', async () => {
    for (const path of ['nothing', 'deal/stages/NOWHERE', 'deal/pipelines/none', 'deal/fields/none', 'nothing/form', 'DEAL', 'constructor', '__proto__']) expect((await admin('GET', `/v1/types/${path}`)).status).toBe(404)
    const refused = async (path: string, body: object): Promise<string[]> => pointersOf((await admin('POST', `/v1/types${path}`, body)).body)
    expect(await refused('', { code: 'Bad Code', title: '' })).toEqual(['/code', '/title'])
    expect(await refused('', { code: 'fine', title: 'Fine', colour: 'red' })).toEqual(['/colour'])
    expect(await refused('/deal/fields', { code: 'x', kind: 'blob' })).toEqual(['/kind'])
    expect(await refused('/deal/stages', { title: 'x', semantic: 'maybe' })).toEqual(['/semantic'])
    expect(await refused('/deal/pipelines', { title: 'x', stages: [] })).toEqual(['/stages'])
  })

  it('ITM-1: the type goes when its last item has gone', async () => {
    expect((await admin('DELETE', `/v1/types/${code}`)).body).toMatchObject({ status: 409, code: 'type.in_use' })
    for (const id of await listed(chief.call, '?limit=200')) expect((await chief.call('DELETE', `/v1/items/${code}/${id}`)).status).toBe(204)
    expect((await admin('DELETE', `/v1/types/${code}`)).status).toBe(204)
    expect((await chief.call('GET', `/v1/items/${code}`)).status).toBe(404)
    expect((await admin<List>('GET', '/v1/types?limit=200')).body.items.map((type) => type.code)).not.toContain(code)
  })
})
