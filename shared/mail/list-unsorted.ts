import { demandFlag } from '../access/index.ts'
import { signedPage, type Ctx } from '../workspace/index.ts'
import { loadMessages, readQueue } from './repository.ts'
import type { MessageSummary, UnsortedQuery } from './schema.ts'
import { summaryOf } from './views.ts'

/** Mails that wait for somebody, the newest first: matched to nothing, quarantined, or not to be read (SNS-6). Needs `settings`. */
export async function listUnsorted(ctx: Ctx, { status, ...paging }: UnsortedQuery): Promise<{ items: MessageSummary[]; nextCursor: string | null }> {
  demandFlag(ctx, 'settings')
  const places = await signedPage(ctx, `mail ${status}`, paging, (after, most) => readQueue(ctx.table, status, after, most), ({ place }) => place)
  const messages = await loadMessages(ctx.table, places.items.map(({ id }) => id))
  // One that was assigned between the two reads is no longer waiting.
  const items = places.items.flatMap(({ id }) => messages.get(id) ?? []).filter((message) => message.status === status)
  return { items: items.map((message) => summaryOf(message, () => false)), nextCursor: places.nextCursor }
}
