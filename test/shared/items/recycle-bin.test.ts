import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { removeChat } from '../../../shared/chat/index.ts'
import { addObservers, deleteItem, findHolders, listBin, purgeItems, restoreItem } from '../../../shared/items/index.ts'
import { openBlobs } from '../../../shared/platform/s3.ts'
import type { Write } from '../../../shared/platform/table.ts'
import { addComment, listTimeline } from '../../../shared/timeline/index.ts'
import { problemOf } from '../../support/problems.ts'
import { ann, aSalesCompany, bob, chief, type SalesCompany, type View } from './sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

const remove = (userId: string, type: string, id: number, at = new Date()): Promise<void> => sales.as(userId, (ctx) => deleteItem({ ...ctx, now: () => at }, { type, id }))
const restore = (userId: string, type: string, id: number): Promise<View> => sales.as(userId, (ctx) => restoreItem(ctx, { type, id })) as Promise<View>
const bin = async (userId: string, type?: string): Promise<View[]> => {
  const found: View[] = []
  let cursor: string | undefined
  do {
    const page = await sales.as(userId, (ctx) => listBin(ctx, { type, limit: 2, cursor }))
    found.push(...(page.items as View[]))
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return found
}
type ItemPage = Awaited<ReturnType<typeof listBin>>
const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000)
/** None of the items here carries files; `purge.test.ts` has some that do. */
const ports = { blobs: openBlobs('files'), removeChat }
const purge = (timeIsLeft = () => true): Promise<{ purged: number }> => sales.as(chief, (ctx) => purgeItems({ ...ctx, ...ports, actor: { userId: 'system', via: 'process' } }, timeIsLeft))

describe('ITM-11 the recycle bin', () => {
  it('shows what was deleted, by whom and until when, to who may delete it', async () => {
    const deals = [await sales.make(ann, 'deal', { title: 'One' }), await sales.make(ann, 'deal', { title: 'Two' }), await sales.make(ann, 'deal', { title: 'Three' })]
    const foreign = await sales.make(bob, 'deal')
    for (const { id } of deals) await remove(ann, 'deal', id)
    await remove(chief, 'deal', foreign.id)
    const lead = await sales.make(ann, 'lead')
    await remove(ann, 'lead', lead.id)
    expect((await bin(ann, 'deal')).map(({ id }) => id)).toEqual(deals.map(({ id }) => id).toReversed())
    expect((await bin(ann)).map(({ type, id }) => `${String(type)} ${id}`)).toEqual([`lead ${lead.id}`, ...deals.toReversed().map(({ id }) => `deal ${id}`)])
    expect((await bin(bob, 'deal')).map(({ id, deletedBy }) => [id, deletedBy])).toEqual([[foreign.id, chief]])
    const [newest] = await bin(chief, 'deal')
    expect(newest).toMatchObject({ id: foreign.id, deletedBy: chief })
    expect(Date.parse(String(newest?.['purgedAt'])) - Date.parse(String(newest?.['deletedAt']))).toBe(30 * 86_400_000)
  })

  it('gives an item back with its addresses, observers and place in the lists', async () => {
    const lead = await sales.make(ann, 'lead', { firstName: 'Back', emails: [{ value: 'back@again.example' }], observerIds: [bob] })
    await remove(ann, 'lead', lead.id)
    expect((await problemOf(sales.read(ann, 'lead', lead.id))).status).toBe(404)
    expect((await sales.list(bob, 'lead')).map(({ id }) => id)).not.toContain(lead.id)
    const restored = await restore(ann, 'lead', lead.id)
    expect(restored).toMatchObject({ firstName: 'Back', observerIds: [bob], version: 3 })
    expect(await sales.read(bob, 'lead', lead.id)).toMatchObject({ firstName: 'Back' })
    expect((await sales.list(bob, 'lead')).map(({ id }) => id)).toContain(lead.id)
    expect((await sales.list(ann, 'lead')).map(({ id }) => id)).toContain(lead.id)
    expect((await findHolders(sales.store.table, 'email', ['back@again.example'])).get('back@again.example')).toEqual([{ type: 'lead', id: lead.id }])
    expect((await bin(ann, 'lead')).map(({ id }) => id)).not.toContain(lead.id)
  })

  it('of a large bin a page may end early, so that nobody waits for the whole of it', async () => {
    const row = (n: number, owner = bob): Write => ({ put: { pk: `ITEM#quote#${n}`, sk: 'ITEM', kind: 'item', n, t: 'Old', r: owner, o: true, p: 'default', s: 'DRAFT', at: Date.now(), bucketKey: 'quote#BIN', deletedAt: new Date().toISOString(), updatedAt: '', updatedBy: bob, version: 2 } })
    for (let first = 100; first < 1300; first += 100) await sales.store.table.write(...Array.from({ length: 100 }, (_, n) => row(first + n)))
    await sales.store.table.write(row(99, ann))
    let reads = 0
    const page = (cursor?: string): Promise<ItemPage> => sales.as(ann, (ctx) => listBin({ ...ctx, table: { ...ctx.table, query: (query) => ((reads += 1), ctx.table.query(query)) } }, { type: 'quote', limit: 50, cursor }))
    const first = await page()
    expect(first.items).toEqual([])
    expect(reads).toBe(10)
    // ACC-9: the place where it goes on is a foreign item, which the cursor must not name.
    expect(first.nextCursor).not.toContain(Buffer.from('quote 300').toString('base64url'))
    expect(await page(first.nextCursor ?? '')).toMatchObject({ items: [{ id: 99 }], nextCursor: null })
    expect((await bin(ann)).filter(({ type }) => type === 'quote').map(({ id }) => id)).toEqual([99])
  })

  it('restoring needs the delete right; to everybody else there is nothing', async () => {
    const deal = await sales.make(bob, 'deal', { observerIds: [ann] })
    await remove(bob, 'deal', deal.id)
    expect((await problemOf(restore(ann, 'deal', deal.id))).status).toBe(404)
    expect((await problemOf(restore(ann, 'deal', 999_999))).status).toBe(404)
    expect((await bin(ann, 'deal')).map(({ id }) => id)).not.toContain(deal.id)
    expect(await restore(bob, 'deal', deal.id)).toMatchObject({ id: deal.id })
    expect(await problemOf(restore(bob, 'deal', deal.id))).toMatchObject({ status: 409, code: 'item.not_deleted' })
    const hidden = await sales.make(bob, 'deal')
    expect((await problemOf(restore(ann, 'deal', hidden.id))).status).toBe(404)
  })

  it('a deleted item can neither be changed nor commented nor deleted again', async () => {
    const deal = await sales.make(ann, 'deal')
    await remove(ann, 'deal', deal.id)
    expect((await problemOf(sales.change(ann, 'deal', deal.id, { title: 'x' }))).status).toBe(404)
    expect((await problemOf(remove(ann, 'deal', deal.id))).status).toBe(404)
    expect((await problemOf(sales.as(ann, (ctx) => addObservers(ctx, { type: 'deal', id: deal.id, values: { userIds: [bob] } })))).status).toBe(404)
    expect((await problemOf(sales.as(ann, (ctx) => addComment(ctx, { type: 'deal', id: deal.id, values: { text: 'x', fileIds: [] } })))).status).toBe(404)
  })

  it('after 30 days nothing can be restored, and the purge lets it go with its timeline and links', async () => {
    const company = await sales.make(ann, 'company')
    const contact = await sales.make(ann, 'contact', { companyIds: [company.id] })
    const deal = await sales.make(ann, 'deal', { companyId: company.id })
    await sales.as(ann, (ctx) => addComment(ctx, { type: 'company', id: company.id, values: { text: 'Gone soon', fileIds: [] } }))
    const young = await sales.make(ann, 'company')
    await remove(ann, 'company', company.id, daysAgo(30.01))
    await remove(ann, 'company', young.id, daysAgo(29.9))
    expect((await bin(ann, 'company')).map(({ id }) => id)).toEqual([young.id])
    expect((await problemOf(restore(ann, 'company', company.id))).status).toBe(404)
    expect(await purge()).toEqual({ purged: 1 })
    expect((await sales.store.table.query({ partition: `ITEM#company#${company.id}`, limit: 100, consistent: true })).rows).toEqual([])
    expect((await sales.store.table.get({ pk: `ITEM#contact#${contact.id}`, sk: 'ITEM' }, { consistent: true }))?.['companyIds']).toBeUndefined()
    expect(await sales.read(ann, 'deal', deal.id)).toMatchObject({ companyId: null })
    expect(await purge()).toEqual({ purged: 0 })
    expect(await restore(ann, 'company', young.id)).toMatchObject({ id: young.id })
    expect((await sales.as(ann, (ctx) => listTimeline(ctx, { type: 'company', id: young.id, limit: 10 }))).items).toEqual([])
  })

  it('the purge goes on where it was broken off', async () => {
    const old = await Promise.all(Array.from({ length: 3 }, () => sales.make(ann, 'deal')))
    for (const { id } of old) await remove(ann, 'deal', id, daysAgo(31))
    let turns = 0
    const first = await purge(() => (turns += 1) <= 1)
    expect(first.purged + (await purge()).purged).toBe(3)
  })
})
