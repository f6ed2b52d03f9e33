import type { Item } from '../items/index.ts'
import { socketsOf, tokenHasEnded } from '../sockets/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { loadChatItem } from './repository.ts'

/** Who of a chat's members is connected at this moment. Clients ask while they show the chat: telling all chats of each coming and going would cost more than it is worth. */
export async function readPresence(ctx: Ctx, { id }: { id: string }): Promise<{ onlineIds: string[] }> {
  return { onlineIds: await onlineOf(ctx, await loadChatItem(ctx, id)) }
}

/** The members with a connection whose token is still good, in the order of the members. */
export async function onlineOf(ctx: Ctx, { chatMemberIds }: Item): Promise<string[]> {
  const sockets = await socketsOf(ctx.table, chatMemberIds)
  const online = new Set(sockets.filter((socket) => !tokenHasEnded(socket, ctx.now())).map(({ userId }) => userId))
  return chatMemberIds.filter((userId) => online.has(userId))
}
