import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChat, listMessages, type MessageView } from '../../../shared/chat/index.ts'
import { changeKey, messageKey } from '../../../shared/chat/keys.ts'
import { answerOf } from '../../../shared/edge/answer.ts'
import { Batch, changeBatch, listItems } from '../../../shared/items/index.ts'
import { inParts } from '../../../shared/kernel/in-parts.ts'
import type { Write } from '../../../shared/platform/table.ts'
import { entryWrite, listTimeline } from '../../../shared/timeline/index.ts'
import { pageInOrder } from '../../../shared/types/page.ts'
import { createMany } from '../../support/many-items.ts'
import { ann, aSalesCompany, type SalesCompany } from '../items/sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

/** What Lambda takes from a function, as it documents it. */
const MOST_PAYLOAD_BYTES = 6_291_556
const payloadBytes = (result: unknown): number => Buffer.byteLength(JSON.stringify(answerOf({ status: 200 }, result)))

/** Of about 215 KB each, as they go over the wire. */
const LARGE_DEALS = 30

interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/** All pages of a list; each of them must pass through Lambda. */
async function pagesOf<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[][]> {
  const pages: T[][] = []
  let cursor: string | undefined
  do {
    const page = await read(cursor)
    expect(payloadBytes(page)).toBeLessThan(MOST_PAYLOAD_BYTES)
    pages.push([...page.items])
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return pages
}

describe('API-5: an answer that Lambda would not pass on', () => {
  it('ITM-7: a page of whole items ends early, and the next one goes on', async () => {
    const productRows = Array.from({ length: 100 }, () => ({ title: '"'.repeat(500), price: '1.50', quantity: '3' }))
    await sales.as(ann, (ctx) => createMany(ctx, Array.from({ length: LARGE_DEALS }, () => ({ type: 'deal', values: { title: 'Large', productRows } }))))
    const pages = await pagesOf((cursor) => sales.as(ann, (ctx) => listItems(ctx, { type: 'deal', limit: 50, view: 'full', sort: '-id', filter: {}, cursor })))
    expect(pages).toHaveLength(2)
    expect(pages.flat().map(({ id }) => id)).toEqual(Array.from({ length: LARGE_DEALS }, (_, n) => LARGE_DEALS - n))
  })

  it('ITM-9: a page of a timeline ends early, and the next one goes on', async () => {
    const { id } = await sales.make(ann, 'company')
    const ids = Array.from({ length: 80 }, (_, n) => String(1000 + n))
    await write(ids.map((entry) => entryWrite({ item: { type: 'company', id }, entry: { id: entry, at: '2026-11-21T10:00:00.000Z', kind: 'comment.added', actorId: ann, via: 'user', data: { text: '\u0001'.repeat(10_000) } } })))
    for (const kind of [undefined, 'comment.added'] as const) {
      const pages = await pagesOf((cursor) => sales.as(ann, (ctx) => listTimeline(ctx, { type: 'company', id, limit: 200, cursor, kind })))
      expect(pages.length).toBe(2)
      expect(pages.flat().map((entry) => entry.id)).toEqual(ids.toReversed())
    }
  })

  it('CHT-6: a page of a chat, and of what changed in it, ends early, and the next one goes on', async () => {
    const deal = await sales.make(ann, 'deal')
    const chat = await sales.as(ann, (ctx) => createChat(ctx, { type: 'deal', id: deal.id }))
    const numbers = Array.from({ length: 165 }, (_, n) => n + 1)
    const text = '"'.repeat(8000)
    await write(numbers.flatMap((number): Write[] => [
      { put: { ...messageKey(chat.id, number), kind: 'message', chatId: chat.id, number, clientId: `c${number}`, authorId: ann, at: '2026-11-21T10:00:00.000Z', text, change: number, version: 2 } },
      { put: { ...changeKey(chat.id, number), number, change: number } },
    ]))
    const pages = await pagesOf<MessageView>((cursor) => sales.as(ann, (ctx) => listMessages(ctx, { id: chat.id, limit: 200, cursor })))
    expect(pages).toHaveLength(2)
    expect(pages.flat().map(({ number }) => number)).toEqual(numbers)
    const changes = await pagesOf<MessageView>((cursor) => sales.as(ann, (ctx) => listMessages(ctx, { id: chat.id, changesAfter: 0, limit: 200, cursor })))
    expect(changes).toHaveLength(2)
    expect(changes.flat().map(({ number }) => number)).toEqual(numbers)
  })

  it('ITM-5: a page of fields with many options ends early, and the next one goes on', async () => {
    const fields = Array.from({ length: 150 }, (_, n) => ({ code: `field_${n}`, options: Array.from({ length: 100 }, (_one, option) => ({ id: `o${option}`, title: '"'.repeat(100) })) }))
    const pages = await pagesOf((cursor) => sales.as(ann, async (ctx) => pageInOrder(ctx, fields, ({ code }) => code, 'fields', { limit: 200, cursor })))
    expect(pages).toHaveLength(2)
    expect(pages.flat()).toEqual(fields)
  })

  it('ITM-7: a batch tells of its last operations in short, and does all of them', async () => {
    const large = await sales.as(ann, (ctx) => listItems(ctx, { type: 'deal', limit: LARGE_DEALS, view: 'list', sort: 'id', filter: { title: 'Large' }, cursor: undefined }))
    const ids = large.items.map(({ id }) => Number(id))
    const last = ids.at(-1) ?? 0
    const operations = [...ids.slice(0, -1).map((id) => ({ op: 'update', id, values: { title: 'Large' } })), { op: 'update', id: last, values: { title: 'Renamed' } }, { op: 'delete', id: ids[0] }]
    const { results } = await batch([...operations, { op: 'update', id: last, values: { title: 5, colour: 'red' } }])
    expect(payloadBytes({ results })).toBeLessThan(MOST_PAYLOAD_BYTES)
    expect(results.map(({ status }) => status)).toEqual([...ids.map(() => 200), 204, 400])
    expect(results[0]?.body).toMatchObject({ id: ids[0], title: 'Large', productRows: expect.any(Array) })
    expect(results[0]).not.toHaveProperty('shortened')
    expect(results[LARGE_DEALS - 1]).toEqual({ status: 200, body: { id: last, type: 'deal', version: 2 }, shortened: true })
    expect(results.at(-1)).toMatchObject({ problem: { code: 'request.invalid' }, shortened: true })
    expect(results.at(-1)?.problem).not.toHaveProperty('errors')
    expect(await sales.read(ann, 'deal', last)).toMatchObject({ title: 'Renamed' })
  })
})

const batch = (operations: object[]): ReturnType<typeof changeBatch> => sales.as(ann, (ctx) => changeBatch({ ...ctx, reportBug: () => undefined }, { type: 'deal', values: Batch.parse({ operations }) }))

async function write(writes: readonly Write[]): Promise<void> {
  for (const part of inParts(writes, 50)) await sales.store.table.write(...part)
}
