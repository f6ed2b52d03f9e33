import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteItem, itemOfPartition, restoreItem } from '../../../shared/items/index.ts'
import { eventsOfChange } from '../../../shared/outbox/rules.ts'
import { openBatchWriter } from '../../../shared/platform/batch-writes.ts'
import type { RowChange } from '../../../shared/platform/stream.ts'
import type { Row } from '../../../shared/platform/table.ts'
import { addComment, CommentInput, entryWrite, listTimeline, projectChanges, type TimelineEntry } from '../../../shared/timeline/index.ts'
import { LONGEST_COMMENT } from '../../../shared/timeline/schema.ts'
import { problemOf } from '../../support/problems.ts'
import { ann, aSalesCompany, bob, chief, type SalesCompany } from '../items/sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

const stored = async (type: string, id: number): Promise<Row | undefined> => sales.store.table.get({ pk: `ITEM#${type}#${id}`, sk: 'ITEM' }, { consistent: true })

/** Does something with an item and lets the timeline see the change, twice, as the stream may deliver it. */
async function seen<T>(type: string, id: number, work: () => Promise<T>): Promise<T> {
  const before = await stored(type, id)
  const result = await work()
  const change: RowChange = { eventId: `${type}-${id}-${String(before?.['version'])}`, before, after: await stored(type, id) }
  const write = openBatchWriter(sales.store.name, sales.store.client)
  await projectChanges(write, [change, change])
  await projectChanges(write, [change])
  return result
}
const entries = async (userId: string, type: string, id: number, limit = 200): Promise<TimelineEntry[]> => {
  const found: TimelineEntry[] = []
  let cursor: string | undefined
  do {
    const page = await sales.as(userId, (ctx) => listTimeline(ctx, { type, id, limit, cursor }))
    if (page.nextCursor) expect(page.items).toHaveLength(limit)
    found.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return found
}
const comment = (userId: string, type: string, id: number, text: string): Promise<TimelineEntry> => sales.as(userId, (ctx) => addComment(ctx, { type, id, values: CommentInput.parse({ text }) }))

describe('ITM-9 the timeline of an item', () => {
  it('tells old and new value of what changed, moves with the time in the former stage, deleting and restoring', async () => {
    const { id } = await sales.make(ann, 'deal', { title: 'Old', productRows: [{ title: 'Tile', price: '5' }] })
    await seen('deal', id, () => sales.change(ann, 'deal', id, { title: 'New', stageId: 'WON', productRows: [{ title: 'Tile', price: '6' }] }))
    await seen('deal', id, () => sales.as(ann, (ctx) => deleteItem(ctx, { type: 'deal', id })))
    await seen('deal', id, () => sales.as(ann, (ctx) => restoreItem(ctx, { type: 'deal', id })))
    const [restored, deleted, moved, changed] = await entries(ann, 'deal', id)
    expect(changed).toMatchObject({ kind: 'item.changed', actorId: ann, via: 'user', data: { changes: expect.arrayContaining([{ field: 'title', old: 'Old', new: 'New' }, { field: 'amount', old: '5.00', new: '6.00' }, expect.objectContaining({ field: 'productRows' })]) } })
    expect(moved).toMatchObject({ kind: 'stage.moved', data: { fromStageId: 'NEW', toStageId: 'WON', secondsInFormer: 0 } })
    expect(deleted).toMatchObject({ kind: 'item.changed', data: { changes: [{ field: 'deletedAt', old: null }] } })
    expect(restored).toMatchObject({ kind: 'item.changed', data: { changes: [{ field: 'deletedAt', new: null }] } })
  })

  it('tells of the observers that an item was made with', async () => {
    const { id } = await sales.make(ann, 'deal', { title: 'Watched', observerIds: [bob, chief] })
    const write = openBatchWriter(sales.store.name, sales.store.client)
    await projectChanges(write, [{ eventId: 'made', before: undefined, after: await stored('deal', id) }])
    expect((await entries(ann, 'deal', id)).map(({ kind, data }) => [kind, data['userId']])).toEqual([['observer.added', chief], ['observer.added', bob], ['item.created', undefined]])
  })

  it('ITM-3: both ends of a link tell of it', async () => {
    const company = await sales.make(ann, 'company')
    const contact = await sales.make(ann, 'contact')
    await seen('company', company.id, () => seen('contact', contact.id, () => sales.change(ann, 'contact', contact.id, { companyIds: [company.id] })))
    expect((await entries(ann, 'contact', contact.id))[0]).toMatchObject({ data: { changes: [{ field: 'companyIds', old: null, new: [company.id] }] } })
    expect((await entries(ann, 'company', company.id))[0]).toMatchObject({ data: { changes: [{ field: 'contactIds', old: null, new: [contact.id] }] } })
  })

  it('ITM-3: names no linked item that the reader may not read, and keeps its pages full', async () => {
    const { id } = await sales.make(ann, 'deal')
    const [mine, foreign] = [await sales.make(ann, 'contact'), await sales.make(bob, 'contact')]
    for (const contactIds of [[foreign.id], [foreign.id, mine.id], [mine.id], []]) await seen('deal', id, () => sales.change(chief, 'deal', id, { contactIds }))
    for (const title of ['One', 'Two']) await seen('deal', id, () => sales.change(ann, 'deal', id, { title }))
    for (const limit of [1, 2, 3, 200]) {
      const told = await entries(ann, 'deal', id, limit)
      expect(told.map(({ data }) => data['changes'])).toEqual([
        [{ field: 'title', old: 'One', new: 'Two' }], [expect.objectContaining({ field: 'title' })], [{ field: 'contactIds', old: [mine.id], new: null }], [{ field: 'contactIds', old: null, new: [mine.id] }],
      ])
      expect(JSON.stringify(told)).not.toContain(`[${foreign.id}`)
    }
    expect(await entries(chief, 'deal', id)).toHaveLength(6)
  })

  it('is paged, newest first, and a cursor is of no use for another item or reader', async () => {
    const { id } = await sales.make(ann, 'lead')
    for (let n = 0; n < 5; n += 1) await comment(ann, 'lead', id, `Number ${n}`)
    expect((await entries(ann, 'lead', id, 2)).map(({ data }) => data['text'])).toEqual([4, 3, 2, 1, 0].map((n) => `Number ${n}`))
    const { nextCursor } = await sales.as(ann, (ctx) => listTimeline(ctx, { type: 'lead', id, limit: 2 }))
    expect((await problemOf(sales.as(chief, (ctx) => listTimeline(ctx, { type: 'lead', id, limit: 2, cursor: nextCursor ?? '' })))).code).toBe('cursor.invalid')
  })
})

describe('ITM-9 one kind of entries', () => {
  it('ITM-4: the moves between stages alone, with full pages and a cursor of their own, however much lies between', async () => {
    const { id } = await sales.make(ann, 'deal')
    for (const stageId of ['PREPARATION', 'INVOICE', 'EXECUTING']) {
      await seen('deal', id, () => sales.change(ann, 'deal', id, { stageId, title: `In ${stageId}` }))
      for (let n = 0; n < 3; n += 1) await comment(ann, 'deal', id, 'Between')
    }
    const page = (limit: number, cursor?: string): ReturnType<typeof listTimeline> => sales.as(ann, (ctx) => listTimeline(ctx, { type: 'deal', id, limit, kind: 'stage.moved', cursor }))
    const first = await page(2)
    const second = await page(2, first.nextCursor ?? '')
    expect([first, second].map(({ items }) => items.map(({ data }) => data['toStageId']))).toEqual([['EXECUTING', 'INVOICE'], ['PREPARATION']])
    expect(second.nextCursor).toBeNull()
    expect(await page(3)).toMatchObject({ nextCursor: null })
    expect((await problemOf(sales.as(ann, (ctx) => listTimeline(ctx, { type: 'deal', id, limit: 2, cursor: first.nextCursor ?? '' })))).code).toBe('cursor.invalid')
  })

  it('a page of a rare kind ends early in a long timeline, and goes on where it ended', async () => {
    const { id } = await sales.make(ann, 'deal')
    await seen('deal', id, () => sales.change(ann, 'deal', id, { stageId: 'WON' }))
    const noise = Array.from({ length: 2_050 }, (_, n) => entryWrite({ item: { type: 'deal', id }, entry: { id: `9-${String(n).padStart(5, '0')}`, at: '', kind: 'mail.received', actorId: null, via: 'mail', data: {} } }))
    for (let from = 0; from < noise.length; from += 100) await sales.store.table.write(...noise.slice(from, from + 100))
    const page = (cursor?: string): ReturnType<typeof listTimeline> => sales.as(ann, (ctx) => listTimeline(ctx, { type: 'deal', id, limit: 5, kind: 'stage.moved', cursor }))
    const early = await page()
    expect(early).toEqual({ items: [], nextCursor: expect.any(String) })
    expect(await page(early.nextCursor ?? '')).toMatchObject({ items: [{ kind: 'stage.moved' }], nextCursor: null })
  })
})

describe('ITM-9 comments', () => {
  it('stand in the timeline at once', async () => {
    const { id } = await sales.make(ann, 'deal')
    const made = await comment(ann, 'deal', id, '  Called, calls back on Monday.\nFine.  ')
    expect(made).toMatchObject({ kind: 'comment.added', actorId: ann, via: 'user', data: { text: 'Called, calls back on Monday.\nFine.', files: [] } })
    expect(await entries(ann, 'deal', id)).toEqual([made])
  })

  it('need update, and of a foreign item there is nothing to comment on', async () => {
    const { id } = await sales.make(ann, 'deal', { observerIds: [bob] })
    expect((await problemOf(comment(bob, 'deal', id, 'x'))).status).toBe(403)
    expect(await entries(bob, 'deal', id)).toEqual([])
    const hidden = await sales.make(ann, 'deal')
    expect((await problemOf(comment(bob, 'deal', hidden.id, 'x'))).status).toBe(404)
    expect((await problemOf(comment(bob, 'deal', 999_999, 'x'))).status).toBe(404)
  })

  it('have 1 to 10,000 characters', () => {
    expect(CommentInput.safeParse({ text: 'x'.repeat(LONGEST_COMMENT) }).success).toBe(true)
    for (const values of [{ text: 'x'.repeat(LONGEST_COMMENT + 1) }, { text: ' ' }, {}, { text: 5 }, { text: 'x', colour: 'red' }, { text: 'x', fileIds: ['5'] }]) expect(CommentInput.safeParse(values).success).toBe(false)
  })

  it('API-6: are announced on the bus', async () => {
    const { id } = await sales.make(ann, 'deal')
    const { id: entryId } = await comment(ann, 'deal', id, 'Announced')
    const after = await sales.store.table.get({ pk: `ITEM#deal#${id}`, sk: `T#${entryId}` }, { consistent: true })
    expect(itemOfPartition(after?.pk ?? '')).toEqual({ type: 'deal', id })
    expect(eventsOfChange({ eventId: 'e1', before: undefined, after })).toMatchObject([{ detailType: 'deal.commented', detail: { item: { type: 'deal', id }, version: 1, comment: { id: entryId, text: 'Announced', fileIds: [] }, actor: { userId: ann, via: 'user' } } }])
  })
})
