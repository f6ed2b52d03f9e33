import { changeItem, nextVersion, withChatMembers, type ItemRef } from '../items/index.ts'
import { notFound } from '../kernel/problem.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { readLog } from './repository.ts'
import { isMember, mayEnter, observersFit } from './rules.ts'
import { chatView } from './views.ts'

/** "Invite to chat" on the item: the caller joins its chat (CHT-4). The responsible person and observers may; others with `update`, and become observers by it (CHT-2). Throws 404 while there is no chat. */
export async function joinChat(ctx: Ctx, ref: ItemRef): Promise<ReturnType<typeof chatView>> {
  knownType(ctx.workspace, ref.type)
  const { userId } = ctx.actor
  const item = await changeItem(ctx, ref, (before) => {
    if (before.chatId === undefined) throw notFound('chat')
    if (isMember(before, userId)) return undefined
    mayEnter(ctx, before)
    const after = withChatMembers(before, [userId])
    observersFit(after)
    return nextVersion(ctx, after)
  })
  const chatId = item.chatId ?? ''
  return chatView({ ...item, chatId }, await readLog(ctx.table, chatId))
}
