import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aSignedInPerson, giveRole, refusal, signedIn, timeline, until, type Client, type Person } from './client.ts'
import { came, closeScreens, screenOf, type SeenEvent } from './screen.ts'

let admin: Client
let ann: Person
let bob: Person
let cid: Person
let dan: Person
let chief: Person
beforeAll(async () => {
  admin = await signedIn(ADMIN)
  ;[ann, bob, cid, dan, chief] = await Promise.all([aSignedInPerson(admin), aSignedInPerson(admin), aSignedInPerson(admin), aSignedInPerson(admin), aSignedInPerson(admin)])
  await giveRole(admin, 'Manager', ...[ann, bob].map(({ id }) => ({ kind: 'user', id })))
  await giveRole(admin, 'Chief executive', { kind: 'user', id: chief.id })
})
afterEach(closeScreens)

const aDeal = async (observers: readonly Person[] = []): Promise<number> => Number((await ann.call('POST', '/v1/items/deal', { title: 'Roof', observerIds: observers.map(({ id }) => id) })).body['id'])
const chatOf = async (deal: number, by: Person = ann): Promise<string> => String((await by.call('POST', `/v1/items/deal/${deal}/chat`)).body['id'])
const members = async (chat: string, by: Person = ann): Promise<string[]> => (await by.call('GET', `/v1/chats/${chat}`)).body['memberIds'] as string[]
const observers = async (deal: number, by: Person = chief): Promise<string[]> => (await by.call('GET', `/v1/items/deal/${deal}`)).body['observerIds'] as string[]
const post = (chat: string, by: Person, text: string, more: object = {}) => by.call('POST', `/v1/chats/${chat}/messages`, { text, ...more })
const messageOf = (event: SeenEvent): Record<string, unknown> => (event['message'] ?? {}) as Record<string, unknown>
const isMessage = (chat: string, number: number) => (event: SeenEvent): boolean => event.event === 'chat.message' && messageOf(event)['chatId'] === chat && messageOf(event)['number'] === number

describe('the chat of an item', () => {
  it('CHT-1: has the responsible person and all observers from the start, and is made once', async () => {
    const deal = await aDeal([cid, dan])
    expect((await ann.call('GET', `/v1/items/deal/${deal}/chat`)).body).toMatchObject({ status: 404, code: 'chat.not_found' })
    const made = await cid.call('POST', `/v1/items/deal/${deal}/chat`)
    expect(made).toMatchObject({ status: 201, body: { item: { type: 'deal', id: deal }, memberIds: [ann.id, cid.id, dan.id], lastNumber: 0 } })
    expect((await ann.call('POST', `/v1/items/deal/${deal}/chat`)).body['id']).toBe(made.body['id'])
    expect((await ann.call('GET', `/v1/items/deal/${deal}/chat`)).body['id']).toBe(made.body['id'])
    await until(async () => ((await timeline(ann.call, 'deal', deal)).some(({ kind }) => kind === 'chat.created') ? true : undefined))
  })

  it('CHT-1: two who make it at once make one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const deal = await aDeal([cid, dan])
      const made = await Promise.all([ann, cid, dan, chief, ann, cid].map((by) => by.call('POST', `/v1/items/deal/${deal}/chat`)))
      expect(new Set(made.map(({ body }) => body['id'])).size).toBe(1)
      expect(new Set(made.map(({ status }) => status))).toEqual(new Set([201]))
    }
  })

  it('CHT-1: answers 404 to who may not read the item', async () => {
    const deal = await aDeal()
    const chat = await chatOf(deal)
    for (const [method, path, body] of [['POST', `/v1/items/deal/${deal}/chat`], ['POST', `/v1/items/deal/${deal}/chat/join`], ['GET', `/v1/chats/${chat}`], ['GET', `/v1/chats/${chat}/messages`], ['POST', `/v1/chats/${chat}/messages`, { text: 'x' }], ['POST', `/v1/chats/${chat}/members`, { userIds: [bob.id] }]] as const) {
      expect((await bob.call(method, path, body)).status).toBe(404)
    }
    const missing = await bob.call('GET', '/v1/chats/cht_deal-1-0000000000000000')
    const foreign = await bob.call('GET', `/v1/chats/${chat}`)
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' })
  })

  it('CHT-2: a reader with the update right becomes an observer by making or joining it', async () => {
    const first = await aDeal()
    await chatOf(first, chief)
    expect(await observers(first)).toEqual([chief.id])
    const second = await aDeal()
    const chat = await chatOf(second)
    expect((await chief.call('POST', `/v1/items/deal/${second}/chat/join`)).body['memberIds']).toEqual([ann.id, chief.id])
    expect(await observers(second)).toEqual([chief.id])
    expect((await chief.call('GET', '/v1/chats')).body['items']).toContainEqual(expect.objectContaining({ id: chat }))
  })

  it('CHT-2: adding somebody to the chat makes them an observer, and needs the update right', async () => {
    const deal = await aDeal([cid])
    const chat = await chatOf(deal)
    expect(await cid.call('POST', `/v1/chats/${chat}/members`, { userIds: [dan.id] })).toMatchObject({ status: 403 })
    expect((await ann.call('POST', `/v1/chats/${chat}/members`, { userIds: [dan.id] })).body['memberIds']).toEqual([ann.id, cid.id, dan.id])
    expect(await observers(deal)).toEqual([cid.id, dan.id])
    expect((await dan.call('GET', `/v1/items/deal/${deal}`)).status).toBe(200)
    expect(await ann.call('POST', `/v1/chats/${chat}/members`, { userIds: ['usr_nobody'] })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/userIds/0' }] } })
  })

  it('CHT-3: who leaves the chat or is removed from it observes no more, and the responsible person stays responsible', async () => {
    const deal = await aDeal([cid, dan])
    const chat = await chatOf(deal)
    expect((await cid.call('DELETE', `/v1/chats/${chat}/members/${dan.id}`)).status).toBe(403)
    expect((await cid.call('DELETE', `/v1/chats/${chat}/members/${cid.id}`)).status).toBe(204)
    expect((await ann.call('DELETE', `/v1/chats/${chat}/members/${dan.id}`)).status).toBe(204)
    expect(await observers(deal)).toEqual([])
    expect((await cid.call('GET', `/v1/items/deal/${deal}`)).status).toBe(404)
    expect((await ann.call('DELETE', `/v1/chats/${chat}/members/${ann.id}`)).status).toBe(204)
    expect((await ann.call('GET', `/v1/items/deal/${deal}`)).body['responsibleId']).toBe(ann.id)
    expect(await members(chat)).toEqual([])
    expect((await ann.call('POST', `/v1/items/deal/${deal}/chat/join`)).body['memberIds']).toEqual([ann.id])
  })

  it('CHT-4: an observer who is added later is not in it until they join', async () => {
    const deal = await aDeal()
    const chat = await chatOf(deal)
    await ann.call('POST', `/v1/items/deal/${deal}/observers`, { userIds: [cid.id] })
    expect(await members(chat)).toEqual([ann.id])
    expect(await post(chat, cid, 'hello')).toMatchObject({ status: 403, body: { code: 'chat.not_a_member' } })
    expect((await cid.call('POST', `/v1/items/deal/${deal}/chat/join`)).status).toBe(200)
    expect((await post(chat, cid, 'hello')).status).toBe(201)
  })

  it('CHT-5: a new responsible person joins, and the former one leaves it', async () => {
    const deal = await aDeal([bob])
    const chat = await chatOf(deal)
    await chief.call('PATCH', `/v1/items/deal/${deal}`, { responsibleId: chief.id })
    expect(await members(chat, chief)).toEqual([bob.id, chief.id])
    await chief.call('PATCH', `/v1/items/deal/${deal}`, { responsibleId: bob.id })
    expect(await observers(deal)).toEqual([])
    expect(await members(chat, bob)).toEqual([bob.id])
  })

  it('OBS-5: removing an observer removes them from the chat', async () => {
    const deal = await aDeal([cid])
    const chat = await chatOf(deal)
    expect((await ann.call('DELETE', `/v1/items/deal/${deal}/observers/${cid.id}`)).status).toBe(204)
    expect(await members(chat)).toEqual([ann.id])
  })
})

describe('messages', () => {
  it('CHT-6: are numbered without gaps, read by every reader, posted by members only, and pushed to members alone', async () => {
    const deal = await aDeal([cid])
    const chat = await chatOf(deal)
    const [atAnn, atCid, atChief] = await Promise.all([screenOf(ann), screenOf(cid), screenOf(chief)])
    const posted = await Promise.all(Array.from({ length: 12 }, (_, n) => post(chat, n % 2 === 0 ? ann : cid, `m${n}`)))
    expect(posted.map(({ body }) => Number(body['number'])).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1))
    for (const screen of [atAnn, atCid]) for (let number = 1; number <= 12; number += 1) await came(screen, isMessage(chat, number))
    expect(atChief.seen.filter((event) => messageOf(event)['chatId'] === chat)).toEqual([])
    expect(await post(chat, chief, 'x')).toMatchObject({ status: 403, body: { code: 'chat.not_a_member' } })
    const first = await chief.call<{ items: { number: number }[]; nextCursor: string }>('GET', `/v1/chats/${chat}/messages?limit=7`)
    const rest = await chief.call<{ items: { number: number }[]; nextCursor: null }>('GET', `/v1/chats/${chat}/messages?limit=7&cursor=${encodeURIComponent(first.body.nextCursor)}`)
    expect([...first.body.items, ...rest.body.items].map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1))
    expect(rest.body.nextCursor).toBeNull()
    expect((await chief.call<{ items: { number: number }[] }>('GET', `/v1/chats/${chat}/messages?after=10`)).body.items.map(({ number }) => number)).toEqual([11, 12])
  })

  it('CHT-7: the same client id is the same message, over HTTP and the connection, also when sent at once', async () => {
    const chat = await chatOf(await aDeal())
    const screen = await screenOf(ann)
    const answers = await Promise.all(Array.from({ length: 4 }, () => post(chat, ann, 'once', { clientId: 'c-1' })))
    expect(new Set(answers.map(({ body }) => body['number']))).toEqual(new Set([1]))
    expect(await screen.live.request('chat.send', { chatId: chat, clientId: 'c-1', text: 'once' })).toMatchObject({ message: { number: 1, text: 'once', clientId: 'c-1', authorId: ann.id } })
    expect((await ann.call('GET', `/v1/chats/${chat}`)).body['lastNumber']).toBe(1)
  })

  it('CHT-7: a client names its last number and gets the rest in order, a hundred at a time', async () => {
    const chat = await chatOf(await aDeal())
    for (let n = 0; n < 13; n += 1) await Promise.all(Array.from({ length: 10 }, (_, m) => post(chat, ann, `${n}-${m}`)))
    const screen = await screenOf(ann)
    expect(await screen.live.request('chat.sync', { chatId: chat, after: 7 })).toMatchObject({ more: true, lastNumber: 107 })
    expect(await screen.live.request('chat.sync', { chatId: chat, after: 107 })).toMatchObject({ more: false, lastNumber: 130 })
    expect(screen.seen.map((event) => messageOf(event)['number'])).toEqual(Array.from({ length: 123 }, (_, n) => n + 8))
  })

  it('CHT-8: an observer removed in the middle of a burst gets nothing sent after the removal was answered', async () => {
    const deal = await aDeal([cid, dan])
    const chat = await chatOf(deal)
    const [atCid, atDan] = await Promise.all([screenOf(cid), screenOf(dan)])
    let removedAt = Number.POSITIVE_INFINITY
    const burst = Array.from({ length: 6 }, async (_, lane) => {
      for (let n = 0; n < 12; n += 1) await post(chat, ann, `${lane}-${n}`)
    })
    await came(atCid, isMessage(chat, 10))
    expect((await ann.call('DELETE', `/v1/items/deal/${deal}/observers/${cid.id}`)).status).toBe(204)
    removedAt = Date.now()
    await Promise.all(burst)
    await came(atDan, isMessage(chat, 72))
    await until(async () => (atDan.seen.filter(({ event }) => event === 'chat.message').length === 72 ? true : undefined))
    const late = atCid.seen.filter((event) => event.event === 'chat.message' && Date.parse(String(messageOf(event)['at'])) > removedAt)
    expect(late).toEqual([])
    expect(atCid.seen.filter(({ event }) => event === 'chat.message').length).toBeLessThan(72)
    expect(await refusal(atCid.live.request('chat.sync', { chatId: chat, after: 0 }))).toMatchObject({ status: 404, code: 'chat.not_found' })
    expect((await post(chat, cid, 'x')).status).toBe(404)
  })

  it('CHT-9: carry files, replies, mentions and reactions, and are edited and deleted with a trace', async () => {
    const deal = await aDeal([cid])
    const chat = await chatOf(deal)
    const atCid = await screenOf(cid)
    const file = await ann.call('POST', '/v1/files', { name: 'plan.txt', contentType: 'text/plain', size: 4 })
    const fileId = String(file.body['id'])
    expect((await post(chat, ann, `Look, @${cid.id}`, { fileIds: [fileId] })).body).toMatchObject({ number: 1, fileIds: [fileId], mentionIds: [cid.id] })
    expect((await post(chat, cid, 'Seen', { replyTo: 1 })).body).toMatchObject({ number: 2, replyTo: 1 })
    expect(await post(chat, cid, 'Seen', { replyTo: 9 })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/replyTo' }] } })
    expect((await cid.call('PUT', `/v1/chats/${chat}/messages/1/reactions/${encodeURIComponent('👍')}`)).body).toMatchObject({ reactions: { '👍': [cid.id] } })
    expect((await cid.call('DELETE', `/v1/chats/${chat}/messages/1/reactions/${encodeURIComponent('👍')}`)).body).toMatchObject({ reactions: {} })
    expect((await cid.call('PATCH', `/v1/chats/${chat}/messages/1`, { text: 'Mine' })).status).toBe(403)
    const edited = await ann.call('PATCH', `/v1/chats/${chat}/messages/1`, { text: 'Look here' })
    expect(edited.body).toMatchObject({ text: 'Look here', fileIds: [fileId], editedAt: expect.any(String) })
    expect((await ann.call('DELETE', `/v1/chats/${chat}/messages/1`)).status).toBe(204)
    await came(atCid, (event) => isMessage(chat, 1)(event) && typeof messageOf(event)['deletedAt'] === 'string')
    expect((await cid.call<{ items: unknown[] }>('GET', `/v1/chats/${chat}/messages`)).body.items[0]).toMatchObject({ number: 1, text: '', fileIds: [], deletedAt: expect.any(String) })
    expect((await ann.call('PATCH', `/v1/chats/${chat}/messages/1`, { text: 'Again' })).status).toBe(409)
    expect(await until(async () => (await cid.call<{ items: { kind: string; data: object }[] }>('GET', '/v1/notifications')).body.items.find(({ kind }) => kind === 'mention'))).toMatchObject({ value: { data: { chatId: chat, number: 1 } } })
  })

  it('count as unread until they are read; read marks and typing reach the others', async () => {
    const chat = await chatOf(await aDeal([cid]))
    const [atAnn, atCid] = await Promise.all([screenOf(ann), screenOf(cid)])
    await post(chat, ann, 'one')
    await post(chat, ann, 'two')
    const mine = async (by: Person): Promise<unknown> => (await by.call<{ items: { id: string }[] }>('GET', '/v1/chats?limit=200')).body.items.find(({ id }) => id === chat)
    expect(await mine(cid)).toMatchObject({ unreadCount: 2, readNumber: 0, lastNumber: 2 })
    expect(await mine(ann)).toMatchObject({ unreadCount: 0 })
    expect(await atCid.live.request('chat.read', { chatId: chat, number: 1 })).toEqual({ readNumber: 1 })
    expect(await mine(cid)).toMatchObject({ unreadCount: 1, readNumber: 1 })
    expect(await came(atAnn, ({ event }) => event === 'chat.read')).toMatchObject({ chatId: chat, userId: cid.id, number: 1 })
    await atCid.live.request('chat.typing', { chatId: chat })
    expect(await came(atAnn, ({ event }) => event === 'chat.typing')).toMatchObject({ chatId: chat, userId: cid.id })
    expect(atCid.seen.some(({ event }) => event === 'chat.typing')).toBe(false)
    expect((await ann.call('GET', `/v1/chats/${chat}`)).body).toMatchObject({ onlineIds: [ann.id, cid.id], readNumbers: { [cid.id]: 1, [ann.id]: 2 } })
    await ann.call('POST', `/v1/chats/${chat}/members`, { userIds: [dan.id] })
    await came(atCid, ({ event, chatId, memberIds }) => event === 'chat.members' && chatId === chat && JSON.stringify(memberIds) === JSON.stringify([ann.id, cid.id, dan.id]))
    // Who left but may still read the item hears of it too, on other devices.
    expect((await ann.call('DELETE', `/v1/chats/${chat}/members/${ann.id}`)).status).toBe(204)
    await came(atAnn, ({ event, chatId, memberIds }) => event === 'chat.members' && chatId === chat && JSON.stringify(memberIds) === JSON.stringify([cid.id, dan.id]))
  })
})
