import { chatMemberKey, loadItem, type Item, type ItemRef } from '../items/index.ts'
import { notFound } from '../kernel/problem.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { onlineOf } from './read-presence.ts'
import { loadChatItem, readLog } from './repository.ts'
import { chatView } from './views.ts'

type ChatInFull = ReturnType<typeof chatView> & { readNumbers: Record<string, number>; onlineIds: string[] }

/** The chat of an item; 404 while there is none. */
export async function readItemChat(ctx: Ctx, ref: ItemRef): Promise<ChatInFull> {
  knownType(ctx.workspace, ref.type)
  const item = await loadItem(ctx, ref)
  if (item.chatId === undefined) throw notFound('chat')
  return inFull(ctx, { ...item, chatId: item.chatId })
}

/** A chat with its members, how far each has read, and who of them is connected. */
export async function readChat(ctx: Ctx, { id }: { id: string }): Promise<ChatInFull> {
  return inFull(ctx, await loadChatItem(ctx, id))
}

async function inFull(ctx: Ctx, item: Item & { chatId: string }): Promise<ChatInFull> {
  const members = item.chatMemberIds
  const [log, rows, onlineIds] = await Promise.all([
    readLog(ctx.table, item.chatId),
    ctx.table.getMany(members.map((userId) => chatMemberKey(userId, item.chatId)), { consistent: true }),
    onlineOf(ctx, item),
  ])
  const marks = new Map(rows.map((row) => [row.pk, Number(row['readNumber'] ?? 0)]))
  const readOf = (userId: string): number => Math.max(marks.get(chatMemberKey(userId, item.chatId).pk) ?? 0, log.lastNumberOf(userId))
  return { ...chatView(item, log), readNumbers: Object.fromEntries(members.map((userId) => [userId, readOf(userId)])), onlineIds }
}
