import * as z from 'zod'
import type { Push } from '../platform/push.ts'
import type { Socket, SocketPorts } from '../sockets/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { messageView, type Message } from './message.ts'
import { loadChatItem, readMessages } from './repository.ts'

/** A client that missed more asks again. */
export const MOST_MESSAGES_OF_A_SYNC = 100

export const SyncRequest = z.strictObject({ chatId: z.string().min(1).max(100), after: z.int().min(0) })

/** Gives a connection everything after the number it has, in order, before the answer (CHT-7). Readers of the item may, as they may page the history. */
export async function syncChat(ctx: Ctx & SocketPorts & { socket: Socket }, { values: { chatId, after } }: { values: z.output<typeof SyncRequest> }): Promise<{ lastNumber: number; more: boolean }> {
  const [, { messages, ended }] = await Promise.all([loadChatItem(ctx, chatId), readMessages(ctx.table, chatId, after, MOST_MESSAGES_OF_A_SYNC)])
  ctx.afterwards(() => sendInOrder(ctx.push, ctx.socket.connectionId, messages))
  return { lastNumber: messages.at(-1)?.number ?? after, more: !ended }
}

async function sendInOrder(push: Push, connectionId: string, messages: readonly Message[]): Promise<void> {
  for (const message of messages) {
    if (!(await push.send(connectionId, JSON.stringify({ event: 'chat.message', message: messageView(message) })))) return
  }
}
