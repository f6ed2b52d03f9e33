import { loadItem, nextVersion, replaceWrites, untilNobodyInterferes, withChat, withObservers, type Item, type ItemRef } from '../items/index.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { chatIdFor, chatKey } from './keys.ts'
import { readLog } from './repository.ts'
import { mayEnter, observersFit, takesPart, typeHasChats } from './rules.ts'
import { chatView } from './views.ts'

/**
 * Makes the chat of an item, or gives the one it has (CHT-1). The responsible person and all observers are in it from the start; who makes it without being either becomes an observer (CHT-2).
 * Of two at once one makes it and the other finds it: both write the item's row, and the second has to look again.
 */
export async function createChat(ctx: Ctx, ref: ItemRef): Promise<ReturnType<typeof chatView>> {
  const type = knownType(ctx.workspace, ref.type)
  return untilNobodyInterferes(async () => {
    const before = await loadItem(ctx, ref)
    typeHasChats(type)
    if (before.chatId !== undefined) return chatView({ ...before, chatId: before.chatId }, await readLog(ctx.table, before.chatId))
    mayEnter(ctx, before)
    const chatId = chatIdFor(ref, ctx.newId('cht').slice('cht_'.length))
    const after = nextVersion(ctx, withItsChat(before, ctx.actor.userId, chatId))
    await ctx.table.write(...(await replaceWrites(ctx, { before, after })), { put: { ...chatKey(chatId), kind: 'chat', itemType: ref.type, itemId: ref.id, lastNumber: 0, version: 1 }, if: { absent: true } })
    return chatView({ ...after, chatId }, { lastNumber: 0, lastChange: 0 })
  })
}

function withItsChat(item: Item, makerId: string, chatId: string): Item {
  const made = withChat(takesPart(item, makerId) ? item : withObservers(item, [makerId]), chatId)
  observersFit(made)
  return made
}
