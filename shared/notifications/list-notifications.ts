import type { PageQuery } from '../kernel/page.ts'
import { signedPage, type Ctx, type Page } from '../workspace/index.ts'
import { readInbox } from './inbox.ts'
import { noteKey, NOTE_PREFIX } from './keys.ts'
import { noteView } from './note.ts'
import type { NotificationView } from './schema.ts'

/** The caller's notifications, newest first, and how many they have not read (NTF-1): as it is counted, or exactly as it is shown where one page shows all. */
export async function listNotifications(ctx: Ctx, at: PageQuery): Promise<Page<NotificationView> & { unreadCount: number }> {
  const { userId } = ctx.actor
  const read = async (last: string | undefined, most: number): Promise<NotificationView[]> => {
    const before = last === undefined ? {} : { before: noteKey(userId, last).sk }
    const { rows } = await ctx.table.query({ partition: noteKey(userId, '').pk, beginsWith: NOTE_PREFIX, newestFirst: true, limit: most, consistent: true, ...before })
    return rows.map(noteView)
  }
  const [page, { unread }] = await Promise.all([signedPage(ctx, 'notifications', at, read, ({ id }) => id), readInbox(ctx.table, userId)])
  const isAll = at.cursor === undefined && page.nextCursor === null
  return { ...page, unreadCount: isAll ? page.items.filter(({ readAt }) => readAt === null).length : unread }
}
