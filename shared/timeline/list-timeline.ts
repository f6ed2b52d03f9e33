import { loadItem, type ItemRef } from '../items/index.ts'
import { withinAnswer } from '../kernel/answer-budget.ts'
import type { PageQuery } from '../kernel/page.ts'
import { knownType } from '../types/index.ts'
import { cursorsOf, type Ctx, type Page } from '../workspace/index.ts'
import { readEntries } from './repository.ts'
import type { EntryKind, TimelineEntry } from './schema.ts'
import { visibleEntries } from './visible-entries.ts'

/** A page of one kind may end early, with a cursor, when so many entries were looked at. */
const MOST_LOOKED_AT = 2000
const LOOKED_AT_ONCE = 200

/**
 * What happened with an item, newest first; of one kind alone if one is named, so that `stage.moved` is the history of its stages with the time spent in each (ITM-4).
 * Who may read the item reads its timeline, and nobody else (ITM-9, ACC-8).
 */
export async function listTimeline(ctx: Ctx, { limit, cursor, kind, ...ref }: ItemRef & PageQuery & { kind?: EntryKind | undefined }): Promise<Page<TimelineEntry>> {
  const type = knownType(ctx.workspace, ref.type)
  const cursors = cursorsOf(ctx, `timeline ${ref.type} ${ref.id} ${kind ?? ''}`)
  const after = cursors.open(cursor)
  const atOnce = kind === undefined ? limit + 1 : Math.max(limit + 1, LOOKED_AT_ONCE)
  const [, first] = await Promise.all([loadItem(ctx, ref), readEntries(ctx.table, ref, after, atOnce)])
  const found: TimelineEntry[] = []
  let lookedAt = 0
  for (let entries = first; ; ) {
    lookedAt += entries.length
    found.push(...(await visibleEntries(ctx, type, kind === undefined ? entries : entries.filter((entry) => entry.kind === kind))))
    const last = entries.at(-1)
    if (found.length > limit || entries.length < atOnce || !last) break
    if (lookedAt >= MOST_LOOKED_AT) return page(last.id)
    // Some were passed over: a page is full until the end.
    entries = await readEntries(ctx.table, ref, last.id, atOnce)
  }
  return page(undefined)

  /** Ends early where the answer holds no more; else at its limit, or where the looking ended. */
  function page(lookedTo: string | undefined): Page<TimelineEntry> {
    const items = withinAnswer(found.slice(0, limit))
    const goOnAfter = found.length > items.length ? items.at(-1)?.id : lookedTo
    return { items, nextCursor: cursors.seal(goOnAfter) }
  }
}
