import type { PageQuery } from '../kernel/page.ts'
import type { Ctx } from './context.ts'
import { signedPage, type Page } from './signed-page.ts'

/** A page of entries of the workspace, ordered by name (API-4). They are all in memory; a page spares the client, not the table. Throws 400 for a cursor that does not belong here. */
export function pageByName<T extends { id: string; name: string }>(ctx: Ctx, entries: readonly T[], list: string, at: PageQuery): Promise<Page<T>> {
  const place = (entry: T): string => `${entry.name.toLowerCase()}\n${entry.id}`
  const from = (after = ''): readonly T[] => entries.filter((entry) => place(entry) > after).toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
  return signedPage(ctx, list, at, from, place)
}
