import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/** A page of entries of the workspace, ordered by name (API-4). They are all in memory; a page spares the client, not the table. */
export function pageByName<T extends { id: string; name: string }>(ctx: Ctx, entries: readonly T[], list: string, at: { limit: number; cursor?: string | undefined }): Page<T> {
  const purpose = `${ctx.actor.userId} ${list}`
  const place = (entry: T): string => `${entry.name.toLowerCase()}\n${entry.id}`
  const after = at.cursor === undefined ? '' : openCursor(signingKeyOf(ctx.workspace), purpose, at.cursor)
  const rest = entries.filter((entry) => place(entry) > after).toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
  const items = rest.slice(0, at.limit)
  const last = items.at(-1)
  return { items, nextCursor: last && rest.length > items.length ? sealCursor(signingKeyOf(ctx.workspace), purpose, place(last)) : null }
}
