import { startLocalHost } from '../../support/local-host.ts'
import type { Options, Part, Proof } from '../registry.ts'
import { aRoom, type Room } from './room.ts'
import { withTrouble } from './trouble.ts'
import { comparedLogs } from './compare.ts'

const FULL_MESSAGES = 100_000
const SENDERS = 50
const CHATS = 20
/** Of the messages, so many meet a connection that is cut while they are on their way. */
const DROP_SHARE = 0.05

/** Messages by many senders into many chats over connections that drop, with functions killed and events delivered twice: every member's log is the same, without gaps, doubles or losses (CHT-6, CHT-7). */
export const proveChat: Proof = {
  about: `messages of ${SENDERS} senders in ${CHATS} chats over connections that drop, functions killed and events doubled; runs: messages (${FULL_MESSAGES.toLocaleString('en')})`,
  async *prove({ runs = FULL_MESSAGES, seed }: Options): AsyncGenerator<Part> {
    const began = performance.now()
    const host = await startLocalHost()
    try {
      const room = await aRoom(host, { senders: SENDERS, chats: CHATS, dropShare: DROP_SHARE, seed })
      const faults = await withTrouble(host, runs, () => sendAll(room, runs))
      await room.settle()
      const disagreements = await comparedLogs(host, room)
      const pushed = room.pushed()
      room.close()
      yield { name: 'logs of the members', counts: { messages: runs, senders: SENDERS, chats: CHATS, logs: room.logs.length, pushed, drops: room.drops(), faults }, disagreements, seconds: (performance.now() - began) / 1000 }
    } finally {
      await host.stop()
    }
  },
}

/** Each sender posts into its chats in turn, one message after the other. */
async function sendAll(room: Room, messages: number): Promise<void> {
  await Promise.all(room.senders.map(async (sender, place) => {
    for (let n = place; n < messages; n += room.senders.length) await sender.sendNext()
  }))
}
