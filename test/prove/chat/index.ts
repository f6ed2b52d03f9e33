import { startLocalHost, type LocalHost } from '../../support/local-host.ts'
import type { Options, Part, Proof } from '../registry.ts'
import { aRoom, type Room } from './room.ts'
import { withTrouble } from './trouble.ts'
import { comparedLogs } from './compare.ts'

const FULL_MESSAGES = 100_000
const SENDERS = 50
const CHATS = 20
/** Of the messages, so many meet a connection that is cut while they are on their way. */
const DROP_SHARE = 0.05

/** Everything is compared each time so many have been sent. */
const ROUND_MESSAGES = 10_000

/** Messages by many senders into many chats over connections that drop, with functions killed and events delivered twice: every member's log is the same, without gaps, doubles or losses (CHT-6, CHT-7). */
export const proveChat: Proof = {
  about: `messages of ${SENDERS} senders in ${CHATS} chats over connections that drop, functions killed and events doubled; runs: messages (${FULL_MESSAGES.toLocaleString('en')})`,
  async *prove({ runs = FULL_MESSAGES, seed }: Options): AsyncGenerator<Part> {
    const host = await startLocalHost()
    try {
      const room = await aRoom(host, { senders: SENDERS, chats: CHATS, dropShare: DROP_SHARE, seed })
      for (let sent = 0; sent < runs; sent += ROUND_MESSAGES) yield await round(host, room, sent, Math.min(ROUND_MESSAGES, runs - sent))
      room.close()
    } finally {
      await host.stop()
    }
  },
}

/** Sends some more messages, then compares all that were sent so far. */
async function round(host: LocalHost, room: Room, before: number, messages: number): Promise<Part> {
  const began = performance.now()
  const { drops, changes, pushed } = room.counts()
  const struck = await withTrouble(host, messages, () => sendAll(room, messages))
  const perSecond = Math.round((1000 * messages) / (performance.now() - began))
  await room.settle()
  const disagreements = await comparedLogs(host, room)
  const now = room.counts()
  const counts = { messages, 'a second': perSecond, drops: now.drops - drops, changes: now.changes - changes, pushed: now.pushed - pushed, ...struck, 'compared in all': room.acknowledged.size, logs: room.logs.length }
  return { name: `messages ${before + 1} to ${before + messages}`, counts, disagreements, seconds: (performance.now() - began) / 1000 }
}

/** Each sender posts into its chats in turn, one message after the other. */
async function sendAll(room: Room, messages: number): Promise<void> {
  let left = messages
  await Promise.all(room.senders.map(async (sender) => {
    while (left > 0) {
      left -= 1
      await sender.sendNext()
    }
  }))
}
