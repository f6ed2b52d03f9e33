import { withinAnswer } from '../kernel/answer-budget.ts'
import type { PageQuery } from '../kernel/page.ts'
import { cursorsOf, type Ctx, type Page } from '../workspace/index.ts'
import { messageView } from './message.ts'
import { loadChatItem, readChanges, readMessages } from './repository.ts'
import type { MessageView } from './schema.ts'

interface Asked extends PageQuery {
  readonly id: string
  readonly after?: number | undefined
  readonly changesAfter?: number | undefined
}

/**
 * The history of a chat, oldest first, from after a number; or, from after a change, the messages that were edited, deleted or reacted to since.
 * Every reader of the item reads it all, member or not (CHT-6).
 */
export async function listMessages(ctx: Ctx, asked: Asked): Promise<Page<MessageView> & { lastChange?: number }> {
  const cursors = cursorsOf(ctx, `${asked.changesAfter === undefined ? 'chat' : 'changes of chat'} ${asked.id}`)
  const after = Number(cursors.open(asked.cursor) ?? asked.changesAfter ?? asked.after ?? 0)
  if (asked.changesAfter === undefined) {
    const [, { messages }] = await Promise.all([loadChatItem(ctx, asked.id), readMessages(ctx.table, asked.id, after, asked.limit + 1)])
    const items = withinAnswer(messages.slice(0, asked.limit).map(messageView))
    const last = items.at(-1)
    return { items, nextCursor: cursors.seal(messages.length > items.length ? last?.number : undefined) }
  }
  const [, { messages, lastChange, ended }] = await Promise.all([loadChatItem(ctx, asked.id), readChanges(ctx.table, asked.id, after, asked.limit)])
  const items = withinAnswer(messages.map(messageView))
  if (items.length === messages.length) return { items, nextCursor: cursors.seal(ended ? undefined : lastChange), lastChange }
  // A message may have been changed again since: then its later change is yet to come.
  const shownTo = Math.min(messages[items.length - 1]?.change ?? lastChange, lastChange)
  return { items, nextCursor: cursors.seal(shownTo), lastChange: shownTo }
}
