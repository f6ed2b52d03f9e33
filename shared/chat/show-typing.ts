import type { SocketPorts } from '../sockets/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { announce } from './announce.ts'
import { loadChatItem } from './repository.ts'
import { mayPost } from './rules.ts'

/** Tells the other members that somebody is writing. Nothing is stored; a client shows it for some seconds. */
export async function showTyping(ctx: Ctx & SocketPorts, { id }: { id: string }): Promise<void> {
  const item = await loadChatItem(ctx, id)
  mayPost(item, ctx.actor.userId)
  announce(ctx, item, [{ event: 'chat.typing', chatId: id, userId: ctx.actor.userId }], ctx.actor.userId)
}
