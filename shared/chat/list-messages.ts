import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import { messageView } from './message.ts'
import { loadChatItem, readChanges, readMessages } from './repository.ts'
import type { MessageView } from './schema.ts'

interface Asked {
  readonly id: string
  readonly after?: number | undefined
  readonly changesAfter?: number | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/**
 * The history of a chat, oldest first, from after a number; or, from after a change, the messages that were edited, deleted or reacted to since.
 * Every reader of the item reads it all, member or not (CHT-6).
 */
export async function listMessages(ctx: Ctx, asked: Asked): Promise<{ items: MessageView[]; nextCursor: string | null; lastChange?: number }> {
  const key = signingKeyOf(ctx.workspace)
  const what = asked.changesAfter === undefined ? 'chat' : 'changes of chat'
  const purpose = `${ctx.actor.userId} ${what} ${asked.id}`
  const after = asked.cursor === undefined ? (asked.changesAfter ?? asked.after ?? 0) : Number(openCursor(key, purpose, asked.cursor))
  const sealed = (last: number): string => sealCursor(key, purpose, String(last))
  if (asked.changesAfter === undefined) {
    const [, { messages }] = await Promise.all([loadChatItem(ctx, asked.id), readMessages(ctx.table, asked.id, after, asked.limit + 1)])
    const items = messages.slice(0, asked.limit)
    const last = items.at(-1)
    return { items: items.map(messageView), nextCursor: last && messages.length > items.length ? sealed(last.number) : null }
  }
  const [, { messages, lastChange, ended }] = await Promise.all([loadChatItem(ctx, asked.id), readChanges(ctx.table, asked.id, after, asked.limit)])
  return { items: messages.map(messageView), nextCursor: ended ? null : sealed(lastChange), lastChange }
}
