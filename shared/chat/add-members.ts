import { changeItem, nextVersion, withChatMembers } from '../items/index.ts'
import { notFound } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { loadChatItem, readLog } from './repository.ts'
import { areActive, isMember, mayAdd, observersFit } from './rules.ts'
import { chatView } from './views.ts'

/** Adds people to a chat. Who is neither responsible nor observer becomes an observer (CHT-2). */
export async function addMembers(ctx: Ctx, { id, values: { userIds } }: { id: string; values: { userIds: string[] } }): Promise<ReturnType<typeof chatView>> {
  const ref = await loadChatItem(ctx, id)
  const item = await changeItem(ctx, ref, (before) => {
    if (before.chatId !== id) throw notFound('chat')
    areActive(ctx.workspace, userIds)
    mayAdd(ctx, before, userIds)
    if (userIds.every((userId) => isMember(before, userId))) return undefined
    const after = withChatMembers(before, userIds)
    observersFit(after)
    return nextVersion(ctx, after)
  })
  return chatView({ ...item, chatId: id }, await readLog(ctx.table, id))
}
