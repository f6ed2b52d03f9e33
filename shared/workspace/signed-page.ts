import { withinAnswer } from '../kernel/answer-budget.ts'
import type { PageQuery } from '../kernel/page.ts'
import type { Ctx } from './context.ts'
import { cursorsOf } from './cursors.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/**
 * A page of a list whose cursor is good for this caller and this list alone (API-4). `read` gives so many entries after a place, in the list's own order: one more
 * than the page shows, which tells whether there is more. A page ends early where an answer would become too large. Throws 400 for a cursor that does not belong here.
 */
export async function signedPage<T>(ctx: Ctx, list: string, { limit, cursor }: PageQuery, read: (after: string | undefined, most: number) => Promise<readonly T[]> | readonly T[], placeOf: (entry: T) => string): Promise<Page<T>> {
  const cursors = cursorsOf(ctx, list)
  const found = await read(cursors.open(cursor), limit + 1)
  const items = withinAnswer(found.slice(0, limit))
  const last = items.at(-1)
  return { items, nextCursor: cursors.seal(last !== undefined && found.length > items.length ? placeOf(last) : undefined) }
}
