import { WebSocket } from 'ws'
import type { ApiAction, ApiEvents } from '../../../functions/chat/routes.ts'
import { ApiProblem, openLive, type ChatLog, type EventOf, type Live } from '../../../shared/client/index.ts'
import type { LocalHost } from '../../support/local-host.ts'
import { createRandom } from './random.ts'

/** One person with one connection, who follows some chats and writes in them. */
export interface Sender {
  readonly live: Live<ApiAction, ApiEvents>
  /** Posts into the next of its chats, until it is answered, and sometimes changes what it posted. */
  sendNext(): Promise<void>
}

export type ChatMessage = EventOf<ApiEvents, 'chat.message'>['message']

export interface FollowedLog {
  readonly chatId: string
  readonly userId: string
  readonly log: ChatLog<ChatMessage>
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
  /** So far: messages that came as events, connections that were cut, messages that were changed after they were posted. */
  counts(): { readonly pushed: number; readonly drops: number; readonly changes: number }
  close(): void
}

/** Each chat has so many members. */
const MEMBERS = 5
/** A message takes about so long, so that a cut meets it anywhere on its way and its answer. */
const LATEST_CUT_MILLISECONDS = 40
/** What is not answered by then was lost with a function that was killed, and is sent again. */
const ANSWER_MILLISECONDS = 3_000
/** Every so many messages name somebody, who is notified by an event that may come twice. */
const MESSAGES_OF_A_MENTION = 20
/** Of the messages, so many are edited by who wrote them. */
const EDITED_SHARE = 0.05

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
  let changes = 0
  let pushed = 0
  const logs: FollowedLog[] = []
  const senders: Sender[] = []
  for (const [place, person] of people.entries()) {
    const mine = memberships[place] ?? []
    // Drawn into no chat, so they have nowhere to write.
    if (mine.length === 0) continue
    let socket: WebSocket | undefined
    const open = (address: string): WebSocket => (socket = new WebSocket(address))
    const ticket = async (): Promise<string> => (await host.request('POST', '/v1/socket-tickets', { token: person.token })).json<{ ticket: string }>().ticket
    const live = await openLive<ApiAction, ApiEvents>({ address: host.ready.websocket, ticket, open, answerMilliseconds: ANSWER_MILLISECONDS, patience: { firstPauseMilliseconds: 20, longestPauseMilliseconds: 2_000 } })
    live.on('chat.message', () => void (pushed += 1))
    const followed = mine.map(({ chatId }) => ({ chatId, userId: person.id, log: live.chat(chatId) }))
    logs.push(...followed)
    let sent = 0
    senders.push({
      live,
      async sendNext() {
        const chosen = followed[sent % followed.length]
        sent += 1
        if (chosen === undefined) return
        const clientId = `${place}-${sent}`
        if (random() < dropShare) {
          drops += 1
          setTimeout(() => socket?.terminate(), random() * LATEST_CUT_MILLISECONDS)
        }
        const named = sent % MESSAGES_OF_A_MENTION === 0 ? ` @${people[(place + 1) % people.length]?.id ?? ''}` : ''
        const { number } = await chosen.log.send({ text: `${person.id} ${sent}${named}`, clientId })
        const key = `${chosen.chatId} ${number}`
        if (acknowledged.has(key)) doubled.push(key)
        acknowledged.set(key, { clientId, authorId: person.id })
        if (random() >= EDITED_SHARE) return
        const edited = await host.request('PATCH', `/v1/chats/${chosen.chatId}/messages/${number}`, { token: person.token, body: { text: `${person.id} ${sent}, mended` } })
        if (edited.status === 200) changes += 1
      },
    })
  }
  return {
    senders,
    logs,
    acknowledged,
    doubled,
    settle: async () => void (await Promise.all(logs.map(({ log }) => settled(log)))),
    counts: () => ({ pushed, drops, changes }),
    close: () => senders.forEach(({ live }) => live.close()),
  }
}

/** A connection that was cut at the very end first has to come back. */
async function settled(log: ChatLog<ChatMessage>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await log.sync()
    } catch (problem) {
      if (!(problem instanceof ApiProblem) || problem.status !== 0 || tries === MOST_TRIES) throw problem
      await new Promise((resolve) => setTimeout(resolve, SHORT_PAUSE_MILLISECONDS))
    }
  }
}

const MOST_TRIES = 100
const SHORT_PAUSE_MILLISECONDS = 100

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
