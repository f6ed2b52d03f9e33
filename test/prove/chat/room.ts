import { followChat, type ChatLog } from '../../journeys/chat-log.ts'
import { openSocketClient, type SocketClient } from '../../journeys/socket-client.ts'
import type { LocalHost } from '../../support/local-host.ts'
import { createRandom } from './random.ts'

/** One person with one connection, who follows some chats and writes in them. */
export interface Sender {
  readonly client: SocketClient
  /** Posts into the next of its chats, until it is answered. */
  sendNext(): Promise<void>
}

export interface FollowedLog {
  readonly chatId: string
  readonly userId: string
  readonly log: ChatLog
}

export interface Room {
  readonly senders: readonly Sender[]
  /** The log of every member of every chat. */
  readonly logs: readonly FollowedLog[]
  /** By chat and number, what a sender was told that it sent. */
  readonly acknowledged: ReadonlyMap<string, { readonly clientId: string; readonly authorId: string }>
  /** What was acknowledged under a number that was given already. */
  readonly doubled: readonly string[]
  /** Everybody asks for what they miss. */
  settle(): Promise<void>
  /** How many messages came as events. */
  pushed(): number
  /** How many connections were cut. */
  drops(): number
  close(): void
}

/** Each chat has so many members. */
const MEMBERS = 5
/** A message takes about so long, so that a cut meets it anywhere on its way and its answer. */
const LATEST_CUT_MILLISECONDS = 40

export async function aRoom(host: LocalHost, { senders: count, chats: chatCount, dropShare, seed }: { senders: number; chats: number; dropShare: number; seed: number }): Promise<Room> {
  const random = createRandom(seed)
  const people: { id: string; token: string }[] = []
  for (let n = 0; n < count; n += 1) people.push(await aPerson(host, n))
  const memberships = people.map(() => [] as { chatId: string }[])
  for (let n = 0; n < chatCount; n += 1) {
    const places = Array.from({ length: MEMBERS }, (_, m) => (n * MEMBERS + m + Math.floor(random() * 3) * chatCount) % count)
    const members = [...new Set(places)]
    const chatId = await aChat(host, members.flatMap((place) => people[place]?.id ?? []))
    for (const place of members) memberships[place]?.push({ chatId })
  }
  const acknowledged = new Map<string, { clientId: string; authorId: string }>()
  const doubled: string[] = []
  let drops = 0
  const cut = (client: SocketClient): void => {
    drops += 1
    client.drop()
  }
  const logs: FollowedLog[] = []
  const senders: Sender[] = []
  for (const [place, person] of people.entries()) {
    const mine = memberships[place] ?? []
    // Drawn into no chat, so they have nowhere to write.
    if (mine.length === 0) continue
    const client = await openSocketClient({ address: host.ready.websocket, credentials: async () => ({ token: person.token }), answerMilliseconds: 5_000 })
    const followed = mine.map(({ chatId }) => ({ chatId, userId: person.id, log: followChat(client, chatId) }))
    logs.push(...followed)
    let sent = 0
    senders.push({
      client,
      async sendNext() {
        const chosen = followed[sent % followed.length]
        sent += 1
        if (chosen === undefined) return
        const clientId = `${place}-${sent}`
        if (random() < dropShare) setTimeout(() => cut(client), random() * LATEST_CUT_MILLISECONDS)
        const number = await chosen.log.send(`${person.id} ${sent}`, clientId)
        const key = `${chosen.chatId} ${number}`
        if (acknowledged.has(key)) doubled.push(key)
        acknowledged.set(key, { clientId, authorId: person.id })
      },
    })
  }
  return {
    senders,
    logs,
    acknowledged,
    doubled,
    settle: async () => void (await Promise.all(logs.map(({ log }) => log.sync()))),
    pushed: () => senders.reduce((sum, { client }) => sum + client.events.filter(({ event }) => event === 'chat.message').length, 0),
    drops: () => drops,
    close: () => senders.forEach(({ client }) => client.close()),
  }
}

async function aPerson(host: LocalHost, n: number): Promise<{ id: string; token: string }> {
  const token = await host.token(ADMIN)
  const email = `sender-${n}@leadline.example`
  const made = await host.request('POST', '/v1/users', { token, body: { name: `Sender ${n}`, emails: [email] } })
  if (made.status !== 201) throw new Error(made.text)
  return { id: made.json<{ id: string }>().id, token: await host.token(email) }
}

/** A deal of the administrator with these observers, and its chat. */
async function aChat(host: LocalHost, observerIds: readonly string[]): Promise<string> {
  const token = await host.token(ADMIN)
  const deal = await host.request('POST', '/v1/items/deal', { token, body: { title: 'Proof', observerIds } })
  const chat = await host.request('POST', `/v1/items/deal/${deal.json<{ id: number }>().id}/chat`, { token })
  if (chat.status !== 201) throw new Error(chat.text)
  return chat.json<{ id: string }>().id
}

const ADMIN = 'admin@leadline.example'
