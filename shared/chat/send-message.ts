import { bindFiles } from '../files/index.ts'
import type { Item } from '../items/index.ts'
import { invalidField } from '../kernel/problem.ts'
import { createTurns } from '../kernel/turns.ts'
import { waitBeforeTry } from '../platform/retry.ts'
import { ConditionFailed, type Write } from '../platform/table.ts'
import type { SocketPorts } from '../sockets/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { announce } from './announce.ts'
import { chatKey, sentKey } from './keys.ts'
import { messageView, rowOfMessage, type Message } from './message.ts'
import { chatIsBusy, findSent, lastBy, loadChatItem, readLog } from './repository.ts'
import { mayPost, mentionsIn } from './rules.ts'
import type { MessageInput, MessageView } from './schema.ts'

/** How long the same client id is known to mean the same message. */
const CLIENT_ID_KEPT_SECONDS = 30 * 24 * 60 * 60
const MOST_TRIES = 60
/** In the steps of `waitBeforeTry`: 160 milliseconds at most. */
const LONGEST_WAIT = 4

/**
 * Posts a message: it takes the next number of its chat in one transaction, so that the log has no gaps (CHT-6), and is then pushed to the members.
 * The same client id again gives the message that it made (CHT-7). Throws 404 for who may not read the item, 403 `chat.not_a_member` for readers who are no members.
 */
export async function sendMessage(ctx: Ctx & SocketPorts, input: { id: string; values: MessageInput }): Promise<MessageView> {
  return inTurn(input.id, () => sendInItsTurn(ctx, input))
}

/** Messages that one container takes in at the same time for the same chat would only race each other for the next number. */
const inTurn = createTurns()

async function sendInItsTurn(ctx: Ctx & SocketPorts, { id, values }: { id: string; values: MessageInput }): Promise<MessageView> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    // The moment is taken before anything is read: rights that ended before it are seen to have ended.
    const at = ctx.now()
    const [item, log] = await Promise.all([loadChatItem(ctx, id), readLog(ctx.table, id)])
    mayPost(item, ctx.actor.userId)
    if (typeof values.replyTo === 'number' && values.replyTo > log.lastNumber) throw invalidField('/replyTo', 'message.unknown', 'There is no such message in this chat.')
    const message = messageFor(ctx, item, values, log.lastNumber + 1, at)
    const files = values.fileIds.length > 0 ? await bindFiles(ctx, values.fileIds, item) : { writes: [] }
    try {
      await ctx.table.write(...writesFor(message, at), ...files.writes)
      announce(ctx, item, { event: 'chat.message', message: messageView(message) })
      return messageView(message)
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error
      const sent = values.clientId === undefined || !error.failed.includes(PLACE_OF_CLIENT_ID) ? undefined : await findSent(ctx.table, id, ctx.actor.userId, values.clientId)
      if (sent) return messageView(sent)
      // Who lost the race for a number is better off trying again soon: the next one is free at once.
      await waitBeforeTry(Math.min(attempt, LONGEST_WAIT))
    }
  }
  throw chatIsBusy()
}

function messageFor(ctx: Ctx, { chatId, ...item }: Item & { chatId: string }, values: MessageInput, number: number, at: Date): Message {
  return {
    chatId,
    number,
    clientId: values.clientId ?? null,
    authorId: ctx.actor.userId,
    at: at.toISOString(),
    text: values.text,
    fileIds: values.fileIds,
    replyTo: values.replyTo ?? null,
    mentionIds: mentionsIn(ctx, item, values.text, values.mentionIds),
    reactions: {},
    editedAt: null,
    deletedAt: null,
    version: 1,
  }
}

/** Where among the writes the client id stands, to be found among the conditions that failed. */
const PLACE_OF_CLIENT_ID = 2

function writesFor(message: Message, at: Date): Write[] {
  const { chatId, number, authorId, clientId } = message
  const expiresAt = Math.floor(at.getTime() / 1000) + CLIENT_ID_KEPT_SECONDS
  return [
    { update: chatKey(chatId), set: { lastNumber: number, [lastBy(authorId)]: number }, if: { equals: { lastNumber: number - 1 } } },
    { put: rowOfMessage(message), if: { absent: true } },
    ...(clientId === null ? [] : [{ put: { ...sentKey(chatId, authorId, clientId), kind: 'chatSent', number, expiresAt }, if: { absent: true } } as const]),
  ]
}
