import { demandFlag } from '../access/index.ts'
import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import { loadMessages, readQueue } from './repository.ts'
import type { MessageSummary, UnsortedQuery } from './schema.ts'
import { summaryOf } from './views.ts'

/** Mails that wait for somebody, the newest first: matched to nothing, quarantined, or not to be read (SNS-6). Needs `settings`. */
export async function listUnsorted(ctx: Ctx, { status, limit, cursor }: UnsortedQuery): Promise<{ items: MessageSummary[]; nextCursor: string | null }> {
  demandFlag(ctx, 'settings')
  const key = signingKeyOf(ctx.workspace)
  const purpose = `${ctx.actor.userId} mail ${status}`
  const places = await readQueue(ctx.table, status, cursor === undefined ? undefined : openCursor(key, purpose, cursor), limit + 1)
  const shown = places.slice(0, limit)
  const messages = await loadMessages(ctx.table, shown.map(({ id }) => id))
  // One that was assigned between the two reads is no longer waiting.
  const items = shown.flatMap(({ id }) => messages.get(id) ?? []).filter((message) => message.status === status)
  const last = shown.at(-1)
  return { items: items.map((message) => summaryOf(message, () => false)), nextCursor: last && places.length > shown.length ? sealCursor(key, purpose, last.place) : null }
}
