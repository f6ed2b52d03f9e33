import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import { readInbox } from './inbox.ts'
import { noteKey, NOTE_PREFIX } from './keys.ts'
import { noteView } from './note.ts'
import type { NotificationView } from './schema.ts'

/** The caller's notifications, newest first, and how many they have not read (NTF-1): as it is counted, or exactly as it is shown where one page shows all. */
export async function listNotifications(ctx: Ctx, input: { limit: number; cursor?: string | undefined }): Promise<{ items: NotificationView[]; nextCursor: string | null; unreadCount: number }> {
  const { userId } = ctx.actor
  const key = signingKeyOf(ctx.workspace)
  const purpose = `${userId} notifications`
  const before = input.cursor === undefined ? {} : { before: noteKey(userId, openCursor(key, purpose, input.cursor)).sk }
  const [{ rows }, { unread }] = await Promise.all([
    ctx.table.query({ partition: noteKey(userId, '').pk, beginsWith: NOTE_PREFIX, newestFirst: true, limit: input.limit + 1, consistent: true, ...before }),
    readInbox(ctx.table, userId),
  ])
  const items = rows.slice(0, input.limit).map(noteView)
  const last = items.at(-1)
  const isAll = input.cursor === undefined && rows.length === items.length
  return {
    items,
    nextCursor: last && rows.length > items.length ? sealCursor(key, purpose, last.id) : null,
    unreadCount: isAll ? items.filter(({ readAt }) => readAt === null).length : unread,
  }
}
