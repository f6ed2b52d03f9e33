import { linksNamed, readableItems, refKey, withoutUnseen, type ItemRef } from '../items/index.ts'
import { sameValue } from '../kernel/json.ts'
import type { TypeDefinition } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import type { FieldChange } from './rules.ts'
import type { TimelineEntry } from './schema.ts'

/**
 * Entries as their reader may see them: changes name linked items only as far as the reader may read those (ITM-3). A change of which nothing is left, and an
 * entry without changes, are left out. Reads nothing where no links changed.
 */
export async function visibleEntries(ctx: Ctx, type: TypeDefinition, entries: readonly TimelineEntry[]): Promise<TimelineEntry[]> {
  const refs = entries.flatMap((entry) => changesOf(entry).flatMap((change) => [...linksNamed(type, change.field, change.old), ...linksNamed(type, change.field, change.new)]))
  if (refs.length === 0) return [...entries]
  const seen = new Set((await readableItems(ctx, refs)).map(refKey))
  return entries.flatMap((entry) => withVisibleChanges(type, entry, (ref) => seen.has(refKey(ref))) ?? [])
}

function withVisibleChanges(type: TypeDefinition, entry: TimelineEntry, sees: (ref: ItemRef) => boolean): TimelineEntry | undefined {
  const changes = changesOf(entry)
  if (changes.length === 0) return entry
  const visible = changes.flatMap((change): FieldChange[] => {
    if (change.omitted) return [change]
    const shown = { field: change.field, old: withoutUnseen(type, change.field, change.old, sees), new: withoutUnseen(type, change.field, change.new, sees) }
    return sameValue(shown.old, shown.new) ? [] : [shown]
  })
  return visible.length === 0 ? undefined : { ...entry, data: { ...entry.data, changes: visible } }
}

function changesOf({ kind, data }: TimelineEntry): readonly FieldChange[] {
  return kind === 'item.changed' && Array.isArray(data['changes']) ? (data['changes'] as FieldChange[]) : []
}
