import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import { messageView } from './message.ts'
import { loadChatItem, readMessages } from './repository.ts'
import type { MessageView } from './schema.ts'

/** The history of a chat, oldest first, from after a number. Every reader of the item reads it all, member or not (CHT-6). */
export async function listMessages(ctx: Ctx, input: { id: string; after?: number | undefined; limit: number; cursor?: string | undefined }): Promise<{ items: MessageView[]; nextCursor: string | null }> {
  const purpose = `${ctx.actor.userId} chat ${input.id}`
  const after = input.cursor === undefined ? (input.after ?? 0) : Number(openCursor(signingKeyOf(ctx.workspace), purpose, input.cursor))
  const [, { messages }] = await Promise.all([loadChatItem(ctx, input.id), readMessages(ctx.table, input.id, after, input.limit + 1)])
  const items = messages.slice(0, input.limit)
  const last = items.at(-1)
  return { items: items.map(messageView), nextCursor: last && messages.length > items.length ? sealCursor(signingKeyOf(ctx.workspace), purpose, String(last.number)) : null }
}
