import { demandFlag } from '../access/index.ts'
import { createAnswerBudget } from '../kernel/answer-budget.ts'
import { cursorsOf, type Ctx, type Page } from '../workspace/index.ts'
import { loadMessages, readQueue, type Place } from './repository.ts'
import { WAITING, type MessageSummary, type UnsortedQuery } from './schema.ts'
import { summaryOf } from './views.ts'

/**
 * Mails that wait for somebody, the newest first: matched to nothing, quarantined, or not to be read; of one kind alone if one is named (SNS-6). Needs `settings`.
 * A page of which one answer could not hold more ends early, with a cursor (API-5).
 */
export async function listUnsorted(ctx: Ctx, { status, limit, cursor }: UnsortedQuery): Promise<Page<MessageSummary>> {
  demandFlag(ctx, 'settings')
  const cursors = cursorsOf(ctx, `mail ${status ?? 'waiting'}`)
  const found = await readPlaces(ctx, status, cursors.open(cursor), limit + 1)
  const messages = await loadMessages(ctx.table, found.slice(0, limit).map(({ id }) => id))
  const budget = createAnswerBudget()
  const items: MessageSummary[] = []
  let last: Place | undefined
  for (const place of found.slice(0, limit)) {
    const message = messages.get(place.id)
    // One that was assigned between the two reads is no longer waiting.
    if (message?.status === place.status) {
      const summary = summaryOf(message, () => false)
      if (!budget.takes(summary)) return { items, nextCursor: cursors.seal(last?.place) }
      items.push(summary)
    }
    last = place
  }
  return { items, nextCursor: cursors.seal(found.length > limit ? last?.place : undefined) }
}

/** Places in the queues, merged; a place says when its mail came, so that one cursor stands for all of them. */
async function readPlaces({ table }: Ctx, status: UnsortedQuery['status'], after: string | undefined, limit: number): Promise<Place[]> {
  const queues = await Promise.all((status === undefined ? WAITING : [status]).map((one) => readQueue(table, one, after, limit)))
  return queues.flat().toSorted((a, b) => (a.place < b.place ? 1 : -1)).slice(0, limit)
}
