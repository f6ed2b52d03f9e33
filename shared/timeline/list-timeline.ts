import { loadItem, type ItemRef } from '../items/index.ts'
import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { knownType } from '../types/index.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import { readEntries } from './repository.ts'
import type { TimelineEntry } from './schema.ts'

/** What happened with an item, newest first. Who may read the item reads its timeline, and nobody else (ITM-9, ACC-8). */
export async function listTimeline(ctx: Ctx, input: ItemRef & { limit: number; cursor?: string | undefined }): Promise<{ items: TimelineEntry[]; nextCursor: string | null }> {
  knownType(ctx.workspace, input.type)
  const purpose = `${ctx.actor.userId} timeline ${input.type} ${input.id}`
  const after = input.cursor === undefined ? undefined : openCursor(signingKeyOf(ctx.workspace), purpose, input.cursor)
  const [, entries] = await Promise.all([loadItem(ctx, input), readEntries(ctx.table, input, after, input.limit + 1)])
  const items = entries.slice(0, input.limit)
  const last = items.at(-1)
  return { items, nextCursor: last && entries.length > items.length ? sealCursor(signingKeyOf(ctx.workspace), purpose, last.id) : null }
}
