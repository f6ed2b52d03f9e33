import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matches } from '../../../infra/local/events/pattern.ts'
import { deleteItem, restoreItem } from '../../../shared/items/index.ts'
import { detailSchemaOf, EVENT_KINDS, jsonSchemaOfEvents } from '../../../shared/outbox/index.ts'
import { eventsOfChange } from '../../../shared/outbox/rules.ts'
import type { BusEvent } from '../../../shared/platform/bus.ts'
import type { Row } from '../../../shared/platform/table.ts'
import { addComment } from '../../../shared/timeline/index.ts'
import { ann, aSalesCompany, type SalesCompany } from '../items/sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

const stored = async (type: string, id: number, sk = 'ITEM'): Promise<Row | undefined> => sales.store.table.get({ pk: `ITEM#${type}#${id}`, sk }, { consistent: true })

async function eventsOf(type: string, id: number, work: () => Promise<unknown>): Promise<BusEvent[]> {
  const before = await stored(type, id)
  await work()
  return eventsOfChange({ eventId: 'e1', before, after: await stored(type, id) })
}

describe('API-6 events on the bus', () => {
  it('tell what became of an item, and keep to their schemas', async () => {
    const { id } = await sales.make(ann, 'deal', { title: 'Old' })
    const told = [
      ...eventsOfChange({ eventId: 'e0', before: undefined, after: await stored('deal', id) }),
      ...(await eventsOf('deal', id, () => sales.change(ann, 'deal', id, { title: 'New', stageId: 'WON' }))),
      ...(await eventsOf('deal', id, () => sales.as(ann, (ctx) => deleteItem(ctx, { type: 'deal', id })))),
      ...(await eventsOf('deal', id, () => sales.as(ann, (ctx) => restoreItem(ctx, { type: 'deal', id })))),
    ]
    expect(told.map(({ detailType }) => detailType)).toEqual(['deal.created', 'deal.updated', 'deal.deleted', 'deal.restored'])
    expect(told.map(({ detail }) => detail['version'])).toEqual([1, 2, 3, 4])
    expect(told[1]?.detail).toMatchObject({ schemaVersion: 1, changes: { title: { old: 'Old', new: 'New' }, stageId: { old: 'NEW', new: 'WON' } }, actor: { userId: ann, via: 'user' } })
    const { id: entryId } = await sales.as(ann, (ctx) => addComment(ctx, { type: 'deal', id, values: { text: 'x', fileIds: [] } }))
    told.push(...eventsOfChange({ eventId: 'e5', before: undefined, after: await stored('deal', id, `T#${entryId}`) }))
    for (const { detailType, detail } of told) expect(detailSchemaOf(detailType)?.safeParse(JSON.parse(JSON.stringify(detail)))).toMatchObject({ success: true })
  })

  it('tell nothing where nothing changed that anybody would call a change', async () => {
    const { id } = await sales.make(ann, 'deal')
    const row = await stored('deal', id)
    expect(eventsOfChange({ eventId: 'e1', before: row, after: { ...row, placedAt: 99 } })).toEqual([])
    expect(eventsOfChange({ eventId: 'e1', before: row, after: undefined })).toEqual([])
    const deleted = { ...row, deletedAt: '2026-01-01T00:00:00.000Z' }
    expect(eventsOfChange({ eventId: 'e1', before: deleted, after: { ...deleted, version: 9 } })).toEqual([])
  })

  it('leave out what is longer than 32 KB and name it', async () => {
    const { id } = await sales.make(ann, 'deal', { title: 'Short' })
    const row = await stored('deal', id)
    const [event] = eventsOfChange({ eventId: 'e1', before: row, after: { ...row, version: 2, t: 'Other', productRows: 'x'.repeat(40_000) } })
    expect(event?.detail).toMatchObject({ omitted: ['productRows'], changes: { title: { new: 'Other' } } })
    expect(Buffer.byteLength(JSON.stringify(event?.detail))).toBeLessThan(40_000)
    const comment = { pk: 'ITEM#deal#1', sk: 'T#1', kind: 'comment', id: '1', at: '2026-01-01T00:00:00.000Z', actorId: ann, via: 'user', itemVersion: 1, data: { text: '€'.repeat(12_000), files: [] } }
    const [long] = eventsOfChange({ eventId: 'e1', before: undefined, after: comment })
    expect(long?.detail).toMatchObject({ omitted: ['text'], comment: { fileIds: [] } })
    expect(detailSchemaOf('deal.commented')?.safeParse(long?.detail).success).toBe(true)
  })

  it('have JSON Schemas of every kind', () => {
    const schemas = jsonSchemaOfEvents()
    expect(Object.keys(schemas)).toEqual(EVENT_KINDS)
    expect(schemas['<type>.updated']).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', required: expect.arrayContaining(['schemaVersion', 'eventId', 'item', 'version', 'changes', 'actor']) })
    expect(detailSchemaOf('equipment.updated')).toBe(detailSchemaOf('deal.updated'))
    expect(detailSchemaOf('mail.eaten')).toBeUndefined()
  })

  it('match the example rule of the README, which a move to another stage does not', async () => {
    const readme = readFileSync(new URL('../../../shared/outbox/README.md', import.meta.url), 'utf8')
    const pattern: unknown = JSON.parse(/```json\n(\{[^`]+?)```/.exec(readme)?.[1] ?? '')
    const { id } = await sales.make(ann, 'deal')
    const [other] = await eventsOf('deal', id, () => sales.change(ann, 'deal', id, { stageId: 'EXECUTING' }))
    const [won] = await eventsOf('deal', id, () => sales.change(ann, 'deal', id, { stageId: 'WON' }))
    const asDelivered = (event: BusEvent | undefined): object => ({ source: 'leadline', 'detail-type': event?.detailType, detail: JSON.parse(JSON.stringify(event?.detail)) as object })
    expect(matches(pattern, asDelivered(won))).toBe(true)
    expect(matches(pattern, asDelivered(other))).toBe(false)
  })
})
