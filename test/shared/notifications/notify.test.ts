import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listNotifications, reactToEvent } from '../../../shared/notifications/index.ts'
import { createItem } from '../../../shared/items/index.ts'
import { openSocket } from '../../../shared/sockets/index.ts'
import { aCompany, aUser, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
const sent: string[] = []
const push = { send: async (_: string, message: string) => (sent.push(message), true), close: async () => undefined }

beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(aUser({ id: 'usr_ann' }), aUser({ id: 'usr_bob' }))
  await company.bind('manager', { kind: 'user', id: 'usr_ann' })
  await openSocket(store.table, { userId: 'usr_bob', connectionId: 'c1', until: Date.now(), together: false })
})
afterAll(() => store.close())

const react = (detailType: string, detail: object): Promise<string> => company.as('usr_ann', ({ workspace, table }) => reactToEvent({ workspace, table, push, now: () => new Date() }, JSON.stringify({ 'detail-type': detailType, time: '2026-11-21T10:00:00Z', detail })))
const notices = (userId: string) => company.as(userId, (ctx) => listNotifications(ctx, { limit: 50 }))

describe('an event of the bus', () => {
  it('NTF-1: notifies once, however often and however close together it is delivered', async () => {
    const deal = await company.as('usr_ann', (ctx) => createItem(ctx, { type: 'deal', values: { observerIds: ['usr_bob'] } }))
    const detail = { eventId: 'event-1', item: { type: 'deal', id: deal['id'] }, version: 1, changes: { observerIds: { old: null, new: ['usr_bob'] } }, actor: { userId: 'usr_ann', via: 'user' } }
    await Promise.all([react('deal.created', detail), react('deal.created', detail)])
    await react('deal.created', detail)
    expect(await notices('usr_bob')).toMatchObject({ items: [{ kind: 'observer.added', actorId: 'usr_ann', readAt: null }], unreadCount: 1 })
    expect(sent.map((message) => JSON.parse(message) as { event: string }).filter(({ event }) => event === 'notification')).toHaveLength(1)
  })

  it('CHT-8, ACC-8: tells nobody of a message in a chat whose item they may not read any more', async () => {
    const deal = await company.as('usr_ann', (ctx) => createItem(ctx, { type: 'deal', values: {} }))
    await react('chat.mentioned', { eventId: 'event-2', item: { type: 'deal', id: deal['id'] }, chatId: 'cht_x', number: 1, userIds: ['usr_bob'], actor: { userId: 'usr_ann', via: 'user' } })
    expect((await notices('usr_bob')).items.filter(({ kind }) => kind === 'mention')).toEqual([])
  })
})
