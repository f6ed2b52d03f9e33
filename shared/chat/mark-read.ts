import { chatMemberKey } from '../items/index.ts'
import { tryUntilStored } from '../platform/retry.ts'
import type { SocketPorts } from '../sockets/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { announce } from './announce.ts'
import { chatIsBusy, loadChatItem, readLog } from './repository.ts'
import { mayPost } from './rules.ts'

const MOST_TRIES = 20

/** Moves the caller's read mark forward, never back, and never beyond the last message; the members are told, on the caller's other devices too. */
export async function markRead(ctx: Ctx & SocketPorts, { id, values }: { id: string; values: { number: number } }): Promise<{ readNumber: number }> {
  const { userId } = ctx.actor
  const key = chatMemberKey(userId, id)
  return tryUntilStored({ tries: MOST_TRIES, busy: chatIsBusy }, async () => {
    const [item, log, row] = await Promise.all([loadChatItem(ctx, id), readLog(ctx.table, id), ctx.table.get(key, { consistent: true })])
    mayPost(item, userId)
    const before = row?.['readNumber'] === undefined ? undefined : Number(row['readNumber'])
    const readNumber = Math.min(values.number, log.lastNumber)
    if (readNumber <= (before ?? 0)) return { readNumber: before ?? 0 }
    await ctx.table.write({ update: key, set: { readNumber }, if: { exists: true, ...(before === undefined ? { without: ['readNumber'] } : { equals: { readNumber: before } }) } })
    announce(ctx, item, [{ event: 'chat.read', chatId: id, userId, number: readNumber }])
    return { readNumber }
  })
}
