import { may, rightsOf } from '../access/index.ts'
import { chatMemberKey, existingItems } from '../items/index.ts'
import type { PageQuery } from '../kernel/page.ts'
import type { Row } from '../platform/table.ts'
import { cursorsOf, type Ctx, type Page } from '../workspace/index.ts'
import { chatKey, itemOfChatId } from './keys.ts'
import { isMember } from './rules.ts'
import { logOfRow } from './repository.ts'
import { chatView } from './views.ts'

type OwnChat = ReturnType<typeof chatView> & { title: string; readNumber: number; unreadCount: number }

/** The chats that the caller is in, with how many messages they have not read. What one has written counts as read up to there. */
export async function listChats(ctx: Ctx, input: PageQuery): Promise<Page<OwnChat>> {
  const cursors = cursorsOf(ctx, 'chats')
  let after = cursors.open(input.cursor)
  const items: OwnChat[] = []
  for (;;) {
    const { pk, sk: prefix } = chatMemberKey(ctx.actor.userId, '')
    const { rows, ended } = await ctx.table.query({ partition: pk, beginsWith: prefix, limit: input.limit + 1 - items.length, consistent: true, ...(after === undefined ? {} : { after }) })
    items.push(...(await ownChats(ctx, rows)))
    if (items.length > input.limit) {
      const page = items.slice(0, input.limit)
      return { items: page, nextCursor: cursors.seal(chatMemberKey('', page.at(-1)?.id ?? '').sk) }
    }
    after = rows.at(-1)?.sk
    if (ended || after === undefined) return { items, nextCursor: null }
  }
}

/** Those of the chats whose item the caller may read and where they still are a member, in the order of the rows. */
async function ownChats(ctx: Ctx, rows: readonly Row[]): Promise<OwnChat[]> {
  const found = rows.map((row) => ({ chatId: String(row['chatId']), readNumber: Number(row['readNumber'] ?? 0) }))
  const refs = found.flatMap(({ chatId }) => itemOfChatId(chatId) ?? [])
  const [items, logs] = await Promise.all([existingItems(ctx.table, refs), ctx.table.getMany(found.map(({ chatId }) => chatKey(chatId)), { consistent: true })])
  const rights = rightsOf(ctx.workspace, ctx.actor.userId)
  return found.flatMap(({ chatId, readNumber }) => {
    const item = items.find((one) => one.chatId === chatId)
    if (!item || !isMember(item, ctx.actor.userId) || !may(rights, 'read', item)) return []
    const log = logOfRow(logs.find((row) => row.pk === chatKey(chatId).pk))
    const read = Math.max(readNumber, log.lastNumberOf(ctx.actor.userId))
    return [{ ...chatView({ ...item, chatId }, log), title: item.title, readNumber: read, unreadCount: log.lastNumber - read }]
  })
}
