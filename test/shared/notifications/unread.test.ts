import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createItem } from '../../../shared/items/index.ts'
import { listNotifications, markRead, reactToEvent } from '../../../shared/notifications/index.ts'
import type { Row } from '../../../shared/platform/table.ts'
import { aCompany, aUser, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
let deal: number
let person: string
let serial = 0
const push = { send: async () => true, close: async () => undefined }

beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(aUser({ id: 'usr_ann' }))
  await company.bind('manager', { kind: 'user', id: 'usr_ann' })
  deal = Number((await company.as('usr_ann', (ctx) => createItem(ctx, { type: 'deal', values: {} })))['id'])
})
afterAll(() => store.close())
beforeEach(async () => {
  person = `usr_bob${(serial += 1)}`
  await company.add(aUser({ id: person }))
})

let events = 0
const tell = (): Promise<string> => {
  const detail = { eventId: `event-${(events += 1)}`, item: { type: 'deal', id: deal }, version: 1, changes: { observerIds: { old: [], new: [person] } }, actor: { userId: 'usr_ann', via: 'user' } }
  return company.as('usr_ann', ({ workspace, table }) => reactToEvent({ workspace, table, push, now: () => new Date() }, JSON.stringify({ 'detail-type': 'deal.updated', time: new Date().toISOString(), detail })))
}
const list = (limit = 200) => company.as(person, (ctx) => listNotifications(ctx, { limit }))
const readAll = () => company.as(person, (ctx) => markRead(ctx, { values: { all: true } }))
const rows = async (): Promise<Row[]> => (await store.table.query({ partition: `USER#${person}`, beginsWith: 'NOTE#', limit: 1000, consistent: true })).rows
/** What time to live does after a year: the row goes, and nobody is told. */
const expire = async (count: number): Promise<void> => {
  for (const { pk, sk } of (await rows()).slice(0, count)) await store.table.write({ delete: { pk, sk } })
}

describe('NTF-1: the count of unread notifications', () => {
  it('is zero once all are read, also when some were never read and have expired', async () => {
    for (let n = 0; n < 5; n += 1) await tell()
    await expire(2)
    expect(await readAll()).toEqual({ unreadCount: 0 })
    expect((await list(1)).unreadCount).toBe(0)
    await tell()
    expect((await list(1)).unreadCount).toBe(1)
  })

  it('is what the list shows, where the list shows all', async () => {
    for (let n = 0; n < 3; n += 1) await tell()
    await expire(1)
    expect(await list()).toMatchObject({ unreadCount: 2, items: [{ readAt: null }, { readAt: null }] })
  })

  it('is right whatever comes while all are marked as read', async () => {
    for (let n = 0; n < 10; n += 1) await tell()
    await expire(3)
    for (let round = 0; round < 10; round += 1) await Promise.all([tell(), readAll(), tell(), list(), tell(), readAll()])
    const unread = (await rows()).filter((row) => row['readAt'] === undefined).length
    expect((await list(1)).unreadCount - unread).toBeLessThanOrEqual(3)
    expect((await list(1)).unreadCount).toBeGreaterThanOrEqual(unread)
    expect(await readAll()).toEqual({ unreadCount: 0 })
    await tell()
    expect((await list(1)).unreadCount).toBe(1)
  })
})
