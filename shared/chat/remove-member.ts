import { changeItem, nextVersion, withoutChatMember } from '../items/index.ts'
import { notFound } from '../kernel/problem.ts'
import { chatsAreLinked } from '../settings/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { loadChatItem } from './repository.ts'
import { isMember, mayRemove } from './rules.ts'

/** Removes somebody from a chat, or lets them leave it: they observe the item no more (CHT-3), unless chats are linked. The responsible person stays responsible. */
export async function removeMember(ctx: Ctx, { id, userId }: { id: string; userId: string }): Promise<void> {
  const ref = await loadChatItem(ctx, id)
  await changeItem(ctx, ref, (before) => {
    if (before.chatId !== id) throw notFound('chat')
    mayRemove(ctx, before, userId)
    if (!isMember(before, userId)) throw notFound('member')
    const after = withoutChatMember(before, userId, chatsAreLinked(ctx.workspace))
    return nextVersion(ctx, after)
  })
}
