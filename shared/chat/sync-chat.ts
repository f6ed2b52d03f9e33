import * as z from 'zod'
import type { Table } from '../platform/table.ts'
import { pushToSockets, type Socket, type SocketPorts } from '../sockets/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { messageView, type Message } from './message.ts'
import { loadChatItem, readChanges, readLog, readMessages } from './repository.ts'

/** So many messages and so many changes; a client that missed more asks again. */
const MOST_MESSAGES_OF_A_SYNC = 100

export const SyncRequest = z.strictObject({
  chatId: z.string().min(1).max(100),
  after: z.int().min(0),
  /** The last change that the client knows of; left out by one that does not keep messages which may have changed since. */
  changesAfter: z.int().min(0).optional(),
})
const SyncAnswer = z.object({ lastNumber: z.number(), lastChange: z.number(), more: z.boolean() })
type SyncAnswer = z.output<typeof SyncAnswer>

/**
 * Gives a connection everything after the number it has, in order, then the messages among those it has that were changed after the change it names, and then the answer (CHT-7).
 * Readers of the item may, as they may page the history.
 */
export async function syncChat(ctx: Ctx & SocketPorts & { socket: Socket }, { values }: { values: z.output<typeof SyncRequest> }): Promise<SyncAnswer> {
  const [, { messages, ...answer }] = await Promise.all([loadChatItem(ctx, values.chatId), missedBy(ctx.table, values)])
  // Writes nothing, and thereby waits until the rights are confirmed that this was read with.
  await ctx.table.write()
  // Not afterwards, when a failure would change nothing of an answer that says how far the messages reach.
  await pushToSockets(ctx.push, ctx.table, [ctx.socket], ...messages.map((message) => ({ event: 'chat.message', message: messageView(message) })))
  return answer
}

async function missedBy(table: Table, { chatId, after, changesAfter }: z.output<typeof SyncRequest>): Promise<SyncAnswer & { messages: Message[] }> {
  // Counted before the messages are read: a change in between is then one that the client asks for next time.
  const log = changesAfter === undefined ? await readLog(table, chatId) : undefined
  const found = await readMessages(table, chatId, after, MOST_MESSAGES_OF_A_SYNC)
  const lastNumber = found.messages.at(-1)?.number ?? after
  // Read after the messages: what was changed since those were read is among them.
  const changed = changesAfter === undefined ? { messages: [], lastChange: log?.lastChange ?? 0, ended: true } : await readChanges(table, chatId, changesAfter, MOST_MESSAGES_OF_A_SYNC)
  // What comes with a later page of messages comes as it stands then.
  const known = changed.messages.filter(({ number }) => number <= lastNumber)
  return { messages: [...found.messages, ...known], lastNumber, lastChange: changed.lastChange, more: !found.ended || !changed.ended }
}
