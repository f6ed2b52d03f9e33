import { ConditionFailed, type Row } from '../platform/table.ts'
import { tryUntilStored } from '../platform/retry.ts'
import { inParts } from '../kernel/in-parts.ts'
import { Problem } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { countOffWrite, nothingUnreadWrite, readInbox } from './inbox.ts'
import { noteKey, NOTE_PREFIX } from './keys.ts'
import { MOST_MARKED_AT_ONCE, type MarkRead } from './schema.ts'

/** One write of a transaction is the count itself. */
const MOST_OF_A_TRANSACTION = 50
const MOST_TRIES = 20

/** Marks notifications of the caller as read: some by id (unknown ones are passed over), or all there are. Gives what is unread after it. */
export async function markRead(ctx: Ctx, { values }: { values: MarkRead }): Promise<{ unreadCount: number }> {
  if ('ids' in values) await markSome(ctx, values.ids)
  else await markAll(ctx)
  return { unreadCount: (await readInbox(ctx.table, ctx.actor.userId)).unread }
}

async function markSome(ctx: Ctx, ids: readonly string[]): Promise<void> {
  const distinct = [...new Set(ids)]
  await untilMarked(ctx, async () => ctx.table.getMany(distinct.map((id) => noteKey(ctx.actor.userId, id)), { consistent: true }))
}

/** So often at most all are looked at again, because of what came meanwhile; then the count stays as it is until the next time. */
const MOST_LOOKS = 5

/** Marks all there are. Where none came meanwhile, none is unread: then that is what is counted, whatever has expired unread. */
async function markAll(ctx: Ctx): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const { changes } = await readInbox(ctx.table, ctx.actor.userId)
    const own = await markEach(ctx)
    const { unread } = await readInbox(ctx.table, ctx.actor.userId)
    if (unread === 0) return
    try {
      return await ctx.table.write(nothingUnreadWrite(ctx.actor.userId, changes + own))
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error
    }
  }
}

/** Marks what is unread, page by page. Gives in how many writes. */
async function markEach(ctx: Ctx): Promise<number> {
  let writes = 0
  let before: { before?: string } = {}
  for (;;) {
    const page: { rows: Row[]; ended: boolean } = await ctx.table.query({ partition: noteKey(ctx.actor.userId, '').pk, beginsWith: NOTE_PREFIX, newestFirst: true, limit: MOST_MARKED_AT_ONCE, consistent: true, ...before })
    const { rows } = page
    writes += await untilMarked(ctx, async (attempt) => (attempt === 0 ? rows : ctx.table.getMany(rows.map(({ pk, sk }) => ({ pk, sk })), { consistent: true })))
    const last = rows.at(-1)
    if (page.ended || !last) return writes
    before = { before: last.sk }
  }
}

/** Marks what is unread among the rows and counts it off, together; again when somebody else marked one of them at the same time. Gives in how many writes. */
async function untilMarked(ctx: Ctx, read: (attempt: number) => Promise<Row[]>): Promise<number> {
  const readAt = ctx.now().toISOString()
  let writes = 0
  return tryUntilStored({ tries: MOST_TRIES, busy }, async (attempt) => {
    const unread = (await read(attempt)).filter((row) => row['readAt'] === undefined)
    for (const some of inParts(unread, MOST_OF_A_TRANSACTION)) {
      await ctx.table.write(
        ...some.map(({ pk, sk }) => ({ update: { pk, sk }, set: { readAt }, if: { exists: true, without: ['readAt'] } }) as const),
        countOffWrite(ctx.actor.userId, some.length),
      )
      writes += 1
    }
    return writes
  })
}

function busy(): Problem {
  return new Problem('conflict', 'notification.busy', 'They are being marked somewhere else at the same time. Try again.')
}
