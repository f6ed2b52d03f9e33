import { withinAnswer } from '../kernel/answer-budget.ts'
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
    const items = withinAnswer(messages.slice(0, asked.limit).map(messageView))
    const last = items.at(-1)
    return { items, nextCursor: last && messages.length > items.length ? sealed(last.number) : null }
  }
  const [, { messages, lastChange, ended }] = await Promise.all([loadChatItem(ctx, asked.id), readChanges(ctx.table, asked.id, after, asked.limit)])
  const items = withinAnswer(messages.map(messageView))
  if (items.length === messages.length) return { items, nextCursor: ended ? null : sealed(lastChange), lastChange }
  // A message may have been changed again since: then its later change is yet to come.
  const shownTo = Math.min(messages[items.length - 1]?.change ?? lastChange, lastChange)
  return { items, nextCursor: sealed(shownTo), lastChange: shownTo }
}
