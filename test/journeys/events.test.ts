import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { jsonSchemaOfEvents } from '../../shared/outbox/index.ts'
import { ADMIN, aPerson, clientOf, giveRole, signedIn, until, type Caller } from './client.ts'

interface BusEvent {
  readonly bus: string
  readonly source: string
  readonly 'detail-type': string
  readonly detail: { readonly item?: { readonly type: string; readonly id: number }; readonly version?: number; readonly [name: string]: unknown }
}

const code = `asset_${process.pid}_${Date.now().toString(36)}`
let ann: Caller
let annId: string

beforeAll(async () => {
  const raw = await signedIn(ADMIN)
  const person = await aPerson(raw)
  annId = person.id
  await giveRole(raw, 'Manager', { kind: 'user', id: person.id })
  const admin = await clientOf(ADMIN)
  const role = await admin('POST /v1/roles', { values: { name: `Keeper of ${code}` } })
  await admin('PUT /v1/roles/{id}/bindings', { id: role.id, values: { bindings: [{ kind: 'user', id: person.id }] } })
  await admin('POST /v1/types', { values: { code, title: 'Asset', fields: [{ code: 'serial', kind: 'string' }], roles: { [role.id]: { read: 'own', add: 'own', update: 'own' } } } })
  ann = await clientOf(person.email)
})

/** What has come to the bus about an item, each event once, in the order of its versions, when there is as much as expected. */
async function heard(type: string, id: number, count: number): Promise<BusEvent[]> {
  const { value } = await until(async () => {
    const { items } = (await (await fetch(`${inject('ready').api}/_local/events`)).json()) as { items: BusEvent[] }
    const once = new Map(items.filter(({ detail }) => detail.item?.type === type && detail.item.id === id).map((event) => [String(event.detail['eventId']), event]))
    return once.size >= count ? [...once.values()] : undefined
  })
  return value.toSorted((a, b) => Number(a.detail.version) - Number(b.detail.version))
}

/** By schemas that a listener in another language would use. */
function faultsOf({ 'detail-type': type, detail }: BusEvent): unknown {
  const schemas = jsonSchemaOfEvents()
  const schema = schemas[type] ?? schemas[type.replace(/^[^.]+/, '<type>')]
  const ajv = new Ajv2020({ strict: false })
  return ajv.validate(schema as object, detail) ? undefined : ajv.errors
}

describe('API-6: the company’s bus', () => {
  it('hears of every change of an item, with old and new values and who did it, as the schemas say', async () => {
    const { id } = await ann('POST /v1/items/{type}', { type: 'deal', values: { title: 'Ten engines', amount: '1200' } })
    const ref = { type: 'deal', id }
    await ann('PATCH /v1/items/{type}/{id}', { ...ref, values: { stageId: 'WON' } })
    await ann('PATCH /v1/items/{type}/{id}', { ...ref, values: { stageId: 'WON' } })
    await ann('DELETE /v1/items/{type}/{id}', ref)
    await ann('POST /v1/items/{type}/{id}/restore', ref)
    await ann('POST /v1/items/{type}/{id}/comments', { ...ref, values: { text: 'Back again' } })
    const events = await heard('deal', id, 5)
    expect(events.map((event) => [event.detail.version, event['detail-type']]).toSorted()).toEqual([[1, 'deal.created'], [2, 'deal.updated'], [3, 'deal.deleted'], [4, 'deal.commented'], [4, 'deal.restored']])
    expect(events[1]).toMatchObject({ source: 'leadline', detail: { changes: { stageId: { old: 'NEW', new: 'WON' } }, actor: { userId: annId, via: 'user' } } })
    expect(events.map(faultsOf)).toEqual(events.map(() => undefined))
  })

  it('hears of a type and its fields that were made a moment ago', async () => {
    const { id } = await ann('POST /v1/items/{type}', { type: code, values: { fields: { serial: 'A-1' } } })
    await ann('PATCH /v1/items/{type}/{id}', { type: code, id, values: { fields: { serial: 'A-2' } } })
    const [created, updated] = await heard(code, id, 2)
    expect([created?.['detail-type'], updated?.['detail-type']]).toEqual([`${code}.created`, `${code}.updated`])
    expect(updated?.detail['changes']).toEqual({ 'fields.serial': { old: 'A-1', new: 'A-2' } })
    for (const event of [created, updated]) expect(event && faultsOf(event)).toBeUndefined()
  })
})
