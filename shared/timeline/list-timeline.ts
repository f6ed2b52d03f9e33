import { loadItem, type ItemRef } from '../items/index.ts'
import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { knownType } from '../types/index.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import { readEntries } from './repository.ts'
import type { TimelineEntry } from './schema.ts'
import { visibleEntries } from './visible-entries.ts'

/** What happened with an item, newest first. Who may read the item reads its timeline, and nobody else (ITM-9, ACC-8). */
export async function listTimeline(ctx: Ctx, { limit, cursor, ...ref }: ItemRef & { limit: number; cursor?: string | undefined }): Promise<{ items: TimelineEntry[]; nextCursor: string | null }> {
  const type = knownType(ctx.workspace, ref.type)
  const purpose = `${ctx.actor.userId} timeline ${ref.type} ${ref.id}`
  const after = cursor === undefined ? undefined : openCursor(signingKeyOf(ctx.workspace), purpose, cursor)
  const [, first] = await Promise.all([loadItem(ctx, ref), readEntries(ctx.table, ref, after, limit + 1)])
  const found: TimelineEntry[] = []
  for (let entries = first; ; ) {
    found.push(...(await visibleEntries(ctx, type, entries)))
    const last = entries.at(-1)
    if (found.length > limit || entries.length <= limit || !last) break
    // Some were passed over: a page is full until the end.
    entries = await readEntries(ctx.table, ref, last.id, limit + 1)
  }
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: last && found.length > limit ? sealCursor(signingKeyOf(ctx.workspace), purpose, last.id) : null }
}
