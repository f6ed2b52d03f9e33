import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aSignedInPerson, giveRole, refusal, signedIn, until, type Person } from './client.ts'
import { closeScreens, screenOf, type Screen } from './screen.ts'

let ann: Person
let bob: Person
let cid: Person
let dan: Person

const person = async (): Promise<Person> => aSignedInPerson(await signedIn(ADMIN))

beforeAll(async () => {
  ;[ann, bob, cid, dan] = [await person(), await person(), await person(), await person()]
  await giveRole(await signedIn(ADMIN), 'Manager', ...[ann, bob].map(({ id }) => ({ kind: 'user', id })))
})
afterEach(closeScreens)

const aDeal = async (observers: readonly Person[] = [], by: Person = ann): Promise<number> => (await by.api('POST /v1/items/{type}', { type: 'deal', values: { title: 'Roof', observerIds: observers.map(({ id }) => id) } }) as { id: number }).id
const chatOf = async (deal: number, by: Person = ann): Promise<string> => (await by.api('POST /v1/items/{type}/{id}/chat', { type: 'deal', id: deal })).id
const post = (chat: string, by: Person, text: string) => by.api('POST /v1/chats/{id}/messages', { id: chat, values: { text } })
const historyOf = async (chat: string, by: Person = ann) => (await by.api('GET /v1/chats/{id}/messages', { id: chat, limit: 200 })).items
const when = (look: () => boolean | Promise<boolean>): Promise<unknown> => until(async () => ((await look()) ? true : undefined))

describe('a chat that several clients follow', () => {
  it('CHT-6, CHT-7: is the same for all, also for one that was away while messages came and older ones were edited, deleted and reacted to', async () => {
    const chat = await chatOf(await aDeal([bob, cid]))
    const screens = await Promise.all([ann, bob, cid].map(screenOf))
    const logs = screens.map(({ live }) => live.chat(chat))
    const [atAnn, atBob] = logs
    await atAnn?.send({ text: 'one' })
    await atBob?.send({ text: 'two' })
    await post(chat, ann, 'three')
    await when(() => logs.every(({ messages }) => messages.length === 3))
    screens[2]?.cut(true)
    await ann.api('PATCH /v1/chats/{id}/messages/{number}', { id: chat, number: 1, values: { text: 'one, mended' } })
    await bob.api('DELETE /v1/chats/{id}/messages/{number}', { id: chat, number: 2 })
    await bob.api('PUT /v1/chats/{id}/messages/{number}/reactions/{sign}', { id: chat, number: 3, sign: '👍' })
    await atBob?.send({ text: 'four' })
    screens[2]?.comeBack()
    const history = await historyOf(chat)
    expect(history.map(({ number, text, change }) => [number, text, change])).toEqual([[1, 'one, mended', 1], [2, '', 2], [3, 'three', 3], [4, 'four', null]])
    for (const log of logs) await when(() => JSON.stringify(log.messages) === JSON.stringify(history))
  })

  it('CHT-7: loses and doubles nothing of what is sent while connections are cut again and again', async () => {
    const chat = await chatOf(await aDeal([bob, cid]))
    const screens = await Promise.all([ann, bob, cid].map(screenOf))
    const logs = screens.map(({ live }) => live.chat(chat))
    await Promise.all(
      logs.map(async (log, place) => {
        for (let n = 0; n < 8; n += 1) {
          if (n % 3 === place) setTimeout(() => screens[place]?.cut(), 5)
          await log.send({ text: `${place}-${n}` })
        }
      }),
    )
    const history = await historyOf(chat)
    expect(history.map(({ text }) => text).toSorted()).toEqual([0, 1, 2].flatMap((place) => [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `${place}-${n}`)).toSorted())
    for (const log of logs) await when(() => JSON.stringify(log.messages) === JSON.stringify(history))
  })

  it('CHT-6: hears of members, typing and read marks at once, and sees who is connected', async () => {
    const chat = await chatOf(await aDeal([bob]))
    const [atAnn, atBob] = [await screenOf(ann), await screenOf(bob)]
    await atBob.live.request('chat.typing', { chatId: chat })
    await when(() => atAnn.seen.some(({ event, userId }) => event === 'chat.typing' && userId === bob.id))
    await atAnn.live.request('chat.send', { chatId: chat, text: 'Read me' })
    expect(await atBob.live.request('chat.read', { chatId: chat, number: 1 })).toEqual({ readNumber: 1 })
    await when(() => atAnn.seen.some(({ event, userId, number }) => event === 'chat.read' && userId === bob.id && number === 1))
    await ann.api('POST /v1/chats/{id}/members', { id: chat, values: { userIds: [dan.id] } })
    await when(() => atBob.seen.some(({ event, chatId, memberIds }) => event === 'chat.members' && chatId === chat && (memberIds as string[]).includes(dan.id)))
    expect((await ann.api('GET /v1/chats/{id}', { id: chat })).onlineIds).toEqual([ann.id, bob.id])
    expect(await atAnn.live.request('chat.presence', { chatId: chat })).toEqual({ onlineIds: [ann.id, bob.id] })
    atBob.live.close()
    await when(async () => (await atAnn.live.request('chat.presence', { chatId: chat })).onlineIds.join() === ann.id)
  })

  it('CHT-8: ends for who may not read the item any more, whether they were removed or their roles were', async () => {
    const admin = await signedIn(ADMIN)
    const eve = await person()
    const role = String((await admin('POST', '/v1/roles', { name: `Deals of ${eve.id}`, flags: {}, types: { deal: { read: 'own', add: 'own', update: 'own' } } })).body['id'])
    await admin('PUT', `/v1/roles/${role}/bindings`, { bindings: [{ kind: 'user', id: eve.id }] })
    const chat = await chatOf(await aDeal([ann, cid], eve), eve)
    const [atEve, atCid, atAnn] = [await screenOf(eve), await screenOf(cid), await screenOf(ann)]
    const logs = [atEve, atCid].map(({ live }) => live.chat(chat))
    await post(chat, ann, 'before')
    await when(() => logs.every(({ messages }) => messages.length === 1))
    await eve.api('DELETE /v1/chats/{id}/members/{userId}', { id: chat, userId: cid.id })
    expect((await admin('PUT', `/v1/roles/${role}/bindings`, { bindings: [] })).status).toBe(200)
    expect(await refusal(post(chat, eve, 'x'))).toMatchObject({ status: 404, code: 'chat.not_found' })
    expect(await refusal(atEve.live.request('chat.send', { chatId: chat, text: 'x' }))).toMatchObject({ status: 404 })
    await atAnn.live.request('chat.send', { chatId: chat, text: 'after' })
    await when(() => atAnn.seen.some(({ event, message }) => event === 'chat.message' && (message as { text: string }).text === 'after'))
    for (const log of logs) {
      expect(await refusal(log.sync())).toMatchObject({ status: 404, code: 'chat.not_found' })
      expect(log.messages).toHaveLength(1)
    }
  })
})

describe('observers', () => {
  it('OBS-1: are on every type but quotes, where the attempt is refused by name', async () => {
    for (const type of ['lead', 'contact', 'company', 'deal', 'invoice']) {
      const item = await ann.api('POST /v1/items/{type}', { type, values: { title: 'Watched', observerIds: [cid.id] } })
      expect(item).toMatchObject({ observerIds: [cid.id] })
    }
    const quote = (await ann.api('POST /v1/items/{type}', { type: 'quote', values: { title: 'Unwatched' } })) as { id: number }
    expect(await refusal(ann.api('POST /v1/items/{type}/{id}/observers', { type: 'quote', id: quote.id, values: { userIds: [cid.id] } }))).toMatchObject({ status: 422 })
    expect(await refusal(ann.api('POST /v1/items/{type}', { type: 'quote', values: { observerIds: [cid.id] } }))).toMatchObject({ status: 422 })
    expect(await refusal(ann.api('POST /v1/items/{type}/{id}/chat', { type: 'quote', id: quote.id }))).toMatchObject({ status: 422, code: 'quote.no_chat' })
  })

  it('OBS-2: are added and removed with the update right alone, several at once; everybody may remove themselves', async () => {
    const deal = await aDeal([cid])
    const at = { type: 'deal', id: deal }
    expect(await refusal(cid.api('POST /v1/items/{type}/{id}/observers', { ...at, values: { userIds: [dan.id] } }))).toMatchObject({ status: 403 })
    expect(await ann.api('POST /v1/items/{type}/{id}/observers', { ...at, values: { userIds: [dan.id, bob.id] } })).toMatchObject({ observerIds: [cid.id, dan.id, bob.id] })
    expect(await refusal(cid.api('DELETE /v1/items/{type}/{id}/observers/{userId}', { ...at, userId: dan.id }))).toMatchObject({ status: 403 })
    await cid.api('DELETE /v1/items/{type}/{id}/observers/{userId}', { ...at, userId: cid.id })
    expect(await ann.api('GET /v1/items/{type}/{id}', at)).toMatchObject({ observerIds: [dan.id, bob.id] })
  })
})

describe('what is on screen', () => {
  it('ACC-8: changes for who may read the item, until they may not any more', async () => {
    const [deal, other] = [await aDeal([cid]), await aDeal([cid])]
    const [atAnn, atCid] = [await screenOf(ann), await screenOf(cid)]
    for (const { live } of [atAnn, atCid]) expect(await live.request('items.show', { type: 'deal', ids: [deal, other] })).toEqual({})
    const changes = ({ seen }: Screen, field: string, id = deal): boolean => seen.some(({ event, item, fields }) => event === 'item.changed' && (item as { id: number }).id === id && (fields as string[]).includes(field))
    await ann.api('PATCH /v1/items/{type}/{id}', { type: 'deal', id: deal, values: { title: 'Seen by both' } })
    await when(() => changes(atAnn, 'title') && changes(atCid, 'title'))
    await ann.api('DELETE /v1/items/{type}/{id}/observers/{userId}', { type: 'deal', id: deal, userId: cid.id })
    await ann.api('PATCH /v1/items/{type}/{id}', { type: 'deal', id: deal, values: { probability: 40 } })
    // What Cid may still see comes after what they may not.
    await ann.api('PATCH /v1/items/{type}/{id}', { type: 'deal', id: other, values: { title: 'Seen by both, later' } })
    await when(() => changes(atAnn, 'probability') && changes(atCid, 'title', other))
    expect([changes(atCid, 'probability'), changes(atCid, 'observerIds')]).toEqual([false, false])
  })
})

describe('notifications', () => {
  it('NTF-1: reach every connection of the person, are in the list, and are counted until they are read', async () => {
    const eve = await person()
    const screens = [await screenOf(eve), await screenOf(eve)]
    const deal = await aDeal([eve])
    await when(() => screens.every(({ seen }) => seen.some(({ event }) => event === 'notification')))
    const { items, unreadCount } = await eve.api('GET /v1/notifications')
    expect([items.map(({ kind, item }) => [kind, item]), unreadCount]).toEqual([[['observer.added', { type: 'deal', id: deal }]], 1])
    expect(screens.map(({ seen }) => seen.find(({ event }) => event === 'notification')?.['notification'])).toEqual([items[0], items[0]])
    expect(await eve.api('POST /v1/notifications/read', { values: { all: true } })).toEqual({ unreadCount: 0 })
  })

  it('NTF-1: go by mail for the kinds that the person names, at first for none', async () => {
    const eve = await person()
    expect(new Set(Object.values((await eve.api('GET /v1/me/notification-settings')).mail))).toEqual(new Set([false]))
    expect((await eve.api('PUT /v1/me/notification-settings', { values: { mail: { mention: true } } })).mail).toMatchObject({ mention: true, 'observer.added': false })
    expect((await eve.api('GET /v1/me/notification-settings')).mail).toMatchObject({ mention: true, 'observer.added': false })
    expect((await ann.api('GET /v1/me/notification-settings')).mail.mention).toBe(false)
    expect(await refusal(eve.api('PUT /v1/me/notification-settings', { values: { mail: { 'no.such.kind': true } as object } }))).toMatchObject({ status: 400, at: ['/mail/no.such.kind'] })
  })
})
