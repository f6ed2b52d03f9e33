import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ApiRoute } from '../../../functions/routes.ts'
import type { ApiAction, ApiEvents } from '../../../functions/chat/routes.ts'
import { createClient, openLive, type Client, type EventOf } from '../../../shared/client/index.ts'
import { startLocalHost, type LocalHost } from '../../support/local-host.ts'
import { until } from '../../support/until.ts'

/* On a host of its own: settings are the whole company's and faults hit everybody, and the journeys share one. */

let host: LocalHost
beforeAll(async () => {
  host = await startLocalHost()
})
afterAll(() => host.stop())

const as = async (email: string): Promise<Client<ApiRoute>> => createClient<ApiRoute>({ api: host.ready.api, token: await host.token(email) })

it('CHT-3, CHT-4: in linked chats a new observer is in the chat at once and hears of it, and who leaves the chat goes on observing', async () => {
  const boss = await as('admin@leadline.example')
  const { id: bobId } = (await boss('POST /v1/users', { values: { name: 'Bob', emails: ['bob@leadline.example'] } })) as { id: string }
  const bob = await as('bob@leadline.example')
  await boss('PUT /v1/settings', { values: { chatMembership: 'linked' } })
  const deal = { type: 'deal', id: ((await boss('POST /v1/items/{type}', { type: 'deal', values: { title: 'Linked' } })) as { id: number }).id }
  const chat = await boss('POST /v1/items/{type}/{id}/chat', deal)
  const live = await openLive<ApiAction, ApiEvents>({ address: host.ready.websocket, ticket: async () => (await bob('POST /v1/socket-tickets')).ticket })
  const told: EventOf<ApiEvents, 'chat.members'>[] = []
  live.on('chat.members', (event) => told.push(event))
  try {
    await boss('POST /v1/items/{type}/{id}/observers', { ...deal, values: { userIds: [bobId] } })
    await until(() => told.some(({ chatId, memberIds }) => chatId === chat.id && memberIds.includes(bobId)))
    expect(await live.request('chat.send', { chatId: chat.id, text: 'Here without joining' })).toMatchObject({ message: { number: 1, authorId: bobId } })
    await bob('DELETE /v1/chats/{id}/members/{userId}', { id: chat.id, userId: bobId })
    expect(await boss('GET /v1/items/{type}/{id}', deal)).toMatchObject({ observerIds: [bobId] })
    expect((await bob('GET /v1/chats/{id}', { id: chat.id })).memberIds).not.toContain(bobId)
    await expect(live.request('chat.send', { chatId: chat.id, text: 'x' })).rejects.toMatchObject({ status: 403, code: 'chat.not_a_member' })
    expect((await bob('POST /v1/items/{type}/{id}/chat/join', deal)).memberIds).toContain(bobId)
    await boss('DELETE /v1/items/{type}/{id}/observers/{userId}', { ...deal, userId: bobId })
    await expect(live.request('chat.send', { chatId: chat.id, text: 'x' })).rejects.toMatchObject({ status: 404, code: 'chat.not_found' })
  } finally {
    live.close()
  }
})

it('CHT-6: a connection that something was to be sent to while it was still being made gets what comes afterwards', async () => {
  const boss = await as('admin@leadline.example')
  const deal = { type: 'deal', id: ((await boss('POST /v1/items/{type}', { type: 'deal', values: { title: 'Early' } })) as { id: number }).id }
  const { id } = await boss('POST /v1/items/{type}/{id}/chat', deal)
  const { ticket } = await boss('POST /v1/socket-tickets')
  // The function has stored the connection, and the gateway does not have it yet.
  await host.fault({ function: 'chat/socket', service: 'lambda', action: 'Invoke', when: 'after', do: 'delay', milliseconds: 400 })
  const opening = openLive<ApiAction, ApiEvents>({ address: host.ready.websocket, ticket: () => ticket })
  await new Promise((resolve) => setTimeout(resolve, 200))
  await boss('POST /v1/chats/{id}/messages', { id, values: { text: 'too early' } })
  const live = await opening
  const told: string[] = []
  live.on('chat.message', ({ message }) => told.push(message.text))
  try {
    await boss('POST /v1/chats/{id}/messages', { id, values: { text: 'afterwards' } })
    await until(() => told.includes('afterwards'))
    expect(told).toEqual(['afterwards'])
  } finally {
    live.close()
  }
})
