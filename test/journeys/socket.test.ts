import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { WebSocket } from 'ws'
import { ADMIN, aPerson, aSignedInPerson, giveRole, signedIn, tokenOf, until, type Client, type Person } from './client.ts'
import { openSocketClient, type SocketClient } from './socket-client.ts'

let admin: Client
let ann: Person
let bob: Person
const sockets: SocketClient[] = []

beforeAll(async () => {
  admin = await signedIn(ADMIN)
  ;[ann, bob] = [await aSignedInPerson(admin), await aSignedInPerson(admin)]
  await giveRole(admin, 'Manager', ...[ann, bob].map(({ id }) => ({ kind: 'user', id })))
})
afterAll(() => sockets.forEach((socket) => socket.close()))

async function connect(token: string): Promise<SocketClient> {
  const socket = await openSocketClient(token)
  sockets.push(socket)
  return socket
}

const ticketOf = async (call: Client): Promise<string> => String((await call('POST', '/v1/socket-tickets')).body['ticket'])
const statusAt = (query: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${inject('ready').websocket}${query}`, { headers })
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
    socket.once('open', () => resolve(101))
    socket.on('error', () => undefined)
  })

describe('connecting', () => {
  it('takes a bearer token in the header', async () => {
    const socket = await connect(await tokenOf(ann.email))
    expect(await socket.request('ping')).toMatchObject({ ok: true })
  })

  it('takes a ticket once, and of two at the same time lets one through', async () => {
    const ticket = await ticketOf(ann.call)
    const both = await Promise.all([statusAt(`?ticket=${ticket}`), statusAt(`?ticket=${ticket}`)])
    expect(both.toSorted((a, b) => a - b)).toEqual([101, 401])
    expect(await statusAt(`?ticket=${ticket}`)).toBe(401)
  })

  it('refuses everything else', async () => {
    const token = await tokenOf(ann.email)
    expect(await statusAt('')).toBe(401)
    expect(await statusAt('?ticket=made-up')).toBe(401)
    expect(await statusAt(`?token=${token}`)).toBe(401)
    expect(await statusAt(`?access_token=${token}`)).toBe(401)
    expect(await statusAt('', { authorization: `Bearer ${token}x` })).toBe(401)
    expect(await statusAt('', { authorization: 'Bearer ' })).toBe(401)
    expect(await statusAt('', { authorization: `Bearer ${await tokenOf(ann.email, { expires_in: '-10' })}` })).toBe(401)
    expect(await statusAt('', { authorization: `Bearer ${await tokenOf('stranger@leadline.example')}` })).toBe(403)
  })

  it('DIR-3: is over for who was deactivated: neither requests nor new connections', async () => {
    const gone = await aPerson(admin)
    const token = await tokenOf(gone.email)
    const socket = await connect(token)
    expect((await admin('DELETE', `/v1/users/${gone.id}`)).status).toBe(204)
    expect(await socket.request('ping')).toMatchObject({ ok: false, problem: { status: 403, code: 'user.not_here' } })
    expect(await statusAt('', { authorization: `Bearer ${token}` })).toBe(403)
  })

  it('CHT-8: ends with the token: nothing is pushed any more, and the connection is closed', async () => {
    const deal = Number((await ann.call('POST', '/v1/items/deal', { title: 'Short' })).body['id'])
    const chat = String((await ann.call('POST', `/v1/items/deal/${deal}/chat`)).body['id'])
    const token = await tokenOf(ann.email, { expires_in: '3' })
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number }
    const socket = await connect(token)
    await ann.call('POST', `/v1/chats/${chat}/messages`, { text: 'before' })
    await until(async () => socket.events.find(({ event }) => event === 'chat.message'))
    await until(async () => (Date.now() >= exp * 1000 ? true : undefined))
    await ann.call('POST', `/v1/chats/${chat}/messages`, { text: 'after' })
    await until(async () => socket.ended)
    expect(socket.events.filter(({ event }) => event === 'chat.message')).toHaveLength(1)
  })
})

describe('a request over the connection', () => {
  it('is answered under its id, ok or with a problem that names each bad field', async () => {
    const socket = await connect(await tokenOf(ann.email))
    const lines: string[] = []
    const raw = new WebSocket(inject('ready').websocket, { headers: { authorization: `Bearer ${await tokenOf(ann.email)}` } })
    raw.on('message', (data) => lines.push(String(data)))
    await new Promise((resolve) => raw.once('open', resolve))
    const asked = async (text: string): Promise<Record<string, unknown>> => {
      const before = lines.length
      raw.send(text)
      return JSON.parse((await until(async () => lines[before])).value) as Record<string, unknown>
    }
    expect(await asked('not json')).toMatchObject({ id: null, ok: false, problem: { code: 'request.malformed', status: 400 } })
    expect(await asked('[1]')).toMatchObject({ id: null, ok: false })
    expect(await asked('{"action":"ping"}')).toMatchObject({ id: null, ok: false, problem: { code: 'request.without_id' } })
    expect(await asked('{"action":"nothing","id":"7"}')).toMatchObject({ id: '7', ok: false, problem: { code: 'request.unknown_action' } })
    expect(await asked('{"action":"$connect","id":"8"}')).toMatchObject({ id: '8', ok: false })
    expect(await asked('{"action":"ping","id":"9","__proto__":{"a":1}}')).toMatchObject({ ok: false })
    raw.close()
    expect(await socket.request('chat.send', { chatId: 'cht_x', text: 5, more: 1 })).toMatchObject({ ok: false, problem: { status: 400, errors: expect.arrayContaining([{ pointer: '/text', detail: expect.any(String) }, { pointer: '/more', detail: 'There is no such field.' }]) } })
    expect(await socket.request('chat.send', { chatId: 'cht_x', text: 'x' })).toMatchObject({ ok: false, problem: { status: 404, code: 'chat.not_found' } })
    for (const action of ['chat.read', 'chat.typing', 'chat.sync', 'items.show']) expect(await socket.request(action, { chatId: [] })).toMatchObject({ ok: false, problem: { status: 400 } })
  })
})

describe('items on screen', () => {
  it('tell of their changes those who may read them, and nobody else', async () => {
    const [mine, hidden] = await Promise.all([ann, bob].map(async ({ call }) => Number((await call('POST', '/v1/items/deal', { title: 'Shown' })).body['id'])))
    const [atAnn, atBob] = await Promise.all([connect(await tokenOf(ann.email)), connect(await tokenOf(bob.email))])
    for (const socket of [atAnn, atBob]) expect(await socket.request('items.show', { type: 'deal', ids: [mine, hidden] })).toMatchObject({ ok: true })
    await ann.call('PATCH', `/v1/items/deal/${mine}`, { title: 'Shown anew' })
    await bob.call('PATCH', `/v1/items/deal/${hidden}`, { title: 'Not for Ann' })
    const changed = (socket: SocketClient, id: unknown): Promise<unknown> => until(async () => socket.events.find(({ event, item }) => event === 'item.changed' && (item as { id: number }).id === id)).then(({ value }) => value)
    expect(await changed(atAnn, mine)).toMatchObject({ item: { type: 'deal', id: mine }, version: 2, fields: ['title'] })
    await changed(atBob, hidden)
    expect(atAnn.events.filter(({ item }) => (item as { id: number }).id === hidden)).toEqual([])
    expect(atBob.events.filter(({ item }) => (item as { id: number }).id === mine)).toEqual([])
    await atAnn.request('items.show', { type: 'deal', ids: [] })
    await ann.call('PATCH', `/v1/items/deal/${mine}`, { title: 'Not shown' })
    await bob.call('PATCH', `/v1/items/deal/${hidden}`, { title: 'Shown to Bob' })
    await until(async () => (atBob.events.filter(({ event }) => event === 'item.changed').length === 2 ? true : undefined))
    expect(atAnn.events.filter(({ event }) => event === 'item.changed')).toHaveLength(1)
    await bob.call('DELETE', `/v1/items/deal/${hidden}`)
    await until(async () => atBob.events.find(({ event, fields }) => event === 'item.changed' && (fields as string[]).includes('deletedAt')))
  })
})
