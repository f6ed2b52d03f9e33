import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { ADMIN, aSignedInPerson, giveRole, signedIn, sendMail, until, type Client, type Person } from './client.ts'
import { came, closeScreens, screenOf } from './screen.ts'

interface Notification {
  readonly id: string
  readonly kind: string
  readonly actorId: string | null
  readonly readAt: string | null
  readonly item: { readonly type: string; readonly id: number }
}

let admin: Client
let ann: Person
let bob: Person
let cid: Person
let dan: Person
let eve: Person

beforeAll(async () => {
  admin = await signedIn(ADMIN)
  ;[ann, bob, cid, dan, eve] = await Promise.all([aSignedInPerson(admin), aSignedInPerson(admin), aSignedInPerson(admin), aSignedInPerson(admin), aSignedInPerson(admin)])
  await giveRole(admin, 'Manager', ...[ann, bob].map(({ id }) => ({ kind: 'user', id })))
  await giveRole(admin, 'Chief executive', { kind: 'user', id: eve.id })
})
afterEach(closeScreens)

const aDeal = async (more: object = {}): Promise<number> => Number((await ann.call('POST', '/v1/items/deal', { title: 'Roof', ...more })).body['id'])
const notices = async ({ call }: Person): Promise<{ items: Notification[]; unreadCount: number; nextCursor: string | null }> => (await call<{ items: Notification[]; unreadCount: number; nextCursor: string | null }>('GET', '/v1/notifications?limit=200')).body
const notice = async (who: Person, kind: string, deal: number): Promise<Notification> => (await until(async () => (await notices(who)).items.find((one) => one.kind === kind && one.item.id === deal))).value

describe('observers', () => {
  it('OBS-2: are added to many items at once, by number or by the filter of a list, with a result for each', async () => {
    const mine = [await aDeal(), await aDeal(), await aDeal({ observerIds: [cid.id] })]
    const foreign = Number((await bob.call('POST', '/v1/items/deal', { title: 'Not hers' })).body['id'])
    const byIds = await ann.call('POST', '/v1/items/deal/observers', { ids: [...mine, foreign, 99_999_999], userIds: [cid.id] })
    expect(byIds.body).toEqual({ items: [...mine.map((id) => ({ id, ok: true })), ...[foreign, 99_999_999].map((id) => ({ id, ok: false, problem: { status: 404, code: 'deal.not_found', detail: expect.any(String) } }))], nextCursor: null })
    for (const id of mine) expect((await cid.call('GET', `/v1/items/deal/${id}`)).status).toBe(200)
    const title = `Filtered ${ann.id}`
    const filtered = [await aDeal({ title }), await aDeal({ title })]
    await expect.poll(async () => (await ann.call<{ items: unknown[] }>('GET', `/v1/items/deal?title=${encodeURIComponent(title)}`)).body.items.length).toBe(filtered.length)
    const byFilter = await ann.call<{ items: { id: number; ok: boolean }[] }>('POST', '/v1/items/deal/observers', { filter: `title=${encodeURIComponent(title)}`, userIds: [dan.id] })
    expect(byFilter.body.items.toSorted((a, b) => a.id - b.id)).toEqual(filtered.map((id) => ({ id, ok: true })))
    expect(await ann.call('POST', '/v1/items/deal/observers', { userIds: [dan.id] })).toMatchObject({ status: 400 })
    expect(await ann.call('POST', '/v1/items/deal/observers', { filter: 'nonsense=1', userIds: [dan.id] })).toMatchObject({ status: 400 })
  })

  it('OBS-3, NTF-1: are notified when they are added and removed, by others, once and at once', async () => {
    const deal = await aDeal()
    const atCid = await screenOf(cid)
    await ann.call('POST', `/v1/items/deal/${deal}/observers`, { userIds: [cid.id, dan.id] })
    expect(await notice(cid, 'observer.added', deal)).toMatchObject({ actorId: ann.id, readAt: null, item: { type: 'deal', id: deal } })
    await came(atCid, ({ event, notification }) => event === 'notification' && (notification as Notification).kind === 'observer.added' && (notification as Notification).item.id === deal)
    await ann.call('DELETE', `/v1/items/deal/${deal}/observers/${cid.id}`)
    expect(await notice(cid, 'observer.removed', deal)).toMatchObject({ actorId: ann.id })
    await dan.call('DELETE', `/v1/items/deal/${deal}/observers/${dan.id}`)
    // What is told of the next change has passed what might have been told of this one.
    await ann.call('POST', `/v1/items/deal/${deal}/observers`, { userIds: [dan.id] })
    await until(async () => ((await notices(dan)).items.filter(({ kind, item }) => kind === 'observer.added' && item.id === deal).length === 2 ? true : undefined))
    expect((await notices(dan)).items.filter(({ kind, item }) => kind === 'observer.removed' && item.id === deal)).toEqual([])
    expect((await notices(cid)).items.filter(({ item }) => item.id === deal)).toHaveLength(2)
    expect((await notices(ann)).items.filter(({ item }) => item.id === deal)).toEqual([])
  })

  it('OBS-4, NTF-1: becoming responsible ends observing, and both responsible persons hear of the change', async () => {
    const deal = await aDeal({ observerIds: [bob.id] })
    await eve.call('PATCH', `/v1/items/deal/${deal}`, { responsibleId: bob.id })
    expect((await eve.call('GET', `/v1/items/deal/${deal}`)).body).toMatchObject({ responsibleId: bob.id, observerIds: [] })
    await notice(bob, 'responsible.changed', deal)
    await notice(ann, 'responsible.changed', deal)
    expect((await notices(bob)).items.filter(({ kind, item }) => kind === 'observer.removed' && item.id === deal)).toEqual([])
  })
})

describe('notifications', () => {
  it('NTF-1: mail on my item is told, what I copied there myself is not', async () => {
    const address = `customer-${Date.now()}@customer.example`
    const contact = Number((await ann.call('POST', '/v1/items/contact', { firstName: 'Mia', emails: [{ value: address }] })).body['id'])
    const { mailAddress } = inject('ready')
    await sendMail({ from: address, to: mailAddress, subject: 'A question', text: 'When?' })
    const told = (await until(async () => (await notices(ann)).items.find((one) => one.kind === 'mail.received' && one.item.id === contact))).value
    expect(told).toMatchObject({ actorId: null, item: { type: 'contact', id: contact } })
    await sendMail({ from: ann.email, to: address, cc: mailAddress, subject: 'An answer', text: 'Now.' })
    await until(async () => ((await ann.call<{ items: { kind: string }[] }>('GET', `/v1/items/contact/${contact}/timeline`)).body.items.some(({ kind }) => kind === 'mail.sent') ? true : undefined))
    expect((await notices(ann)).items.filter(({ kind, item }) => kind === 'mail.received' && item.id === contact)).toHaveLength(1)
  })

  it('NTF-1: are counted until they are read, one by one or all', async () => {
    const deals = [await aDeal(), await aDeal(), await aDeal()]
    for (const deal of deals) await ann.call('POST', `/v1/items/deal/${deal}/observers`, { userIds: [dan.id] })
    for (const deal of deals) await notice(dan, 'observer.added', deal)
    const before = await notices(dan)
    expect(before.unreadCount).toBe(before.items.filter(({ readAt }) => readAt === null).length)
    const [first] = before.items
    expect((await dan.call('POST', '/v1/notifications/read', { ids: [first?.id, first?.id, 'ntf_unknown'] })).body).toEqual({ unreadCount: before.unreadCount - 1 })
    expect((await dan.call('POST', '/v1/notifications/read', { ids: [first?.id] })).body).toEqual({ unreadCount: before.unreadCount - 1 })
    expect((await dan.call('POST', '/v1/notifications/read', { all: true })).body).toEqual({ unreadCount: 0 })
    expect((await notices(dan)).items.every(({ readAt }) => readAt !== null)).toBe(true)
    const page = await dan.call<{ items: Notification[]; nextCursor: string }>('GET', '/v1/notifications?limit=2')
    const next = await dan.call<{ items: Notification[] }>('GET', `/v1/notifications?limit=2&cursor=${encodeURIComponent(page.body.nextCursor)}`)
    expect([...page.body.items, ...next.body.items].map(({ id }) => id)).toEqual((await notices(dan)).items.slice(0, 2 + next.body.items.length).map(({ id }) => id))
    expect((await dan.call('GET', `/v1/notifications?cursor=made-up`)).status).toBe(400)
    expect((await dan.call('POST', '/v1/notifications/read', {})).status).toBe(400)
  })
})
