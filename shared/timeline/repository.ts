import type { Key, Row, Table } from '../platform/table.ts'
import type { ItemRef } from '../items/index.ts'
import { entryKey, ENTRY_PREFIX, timelinePartition } from './keys.ts'
import type { PlacedEntry } from './rules.ts'
import type { TimelineEntry } from './schema.ts'

/** The write that puts an entry into its item's timeline. The same entry again changes nothing. */
export function entryWrite({ item, entry }: PlacedEntry): { readonly put: Row } {
  return { put: { ...entryKey(item.type, item.id, entry.id), ...entry, entryKind: entry.kind, kind: 'timeline' } }
}

/** The write that takes an entry out: the mail was assigned elsewhere. */
export function entryRemoval({ item, entry }: PlacedEntry): { readonly delete: Key } {
  return { delete: entryKey(item.type, item.id, entry.id) }
}

/** Newest first, after the entry with the given id. */
export async function readEntries(table: Table, item: ItemRef, after: string | undefined, limit: number): Promise<TimelineEntry[]> {
  const { rows } = await table.query({
    partition: timelinePartition(item.type, item.id),
    beginsWith: ENTRY_PREFIX,
    ...(after === undefined ? {} : { before: `${ENTRY_PREFIX}${after}` }),
    newestFirst: true,
    limit,
    // A comment that was answered is there with the next read.
    consistent: true,
  })
  return rows.map(entryOfRow)
}

/** The entry in a row of a timeline. */
function entryOfRow(row: Readonly<Record<string, unknown>>): TimelineEntry {
  return {
    id: String(row['id']),
    at: String(row['at']),
    kind: row['entryKind'] as TimelineEntry['kind'],
    actorId: typeof row['actorId'] === 'string' ? row['actorId'] : null,
    via: row['via'] as TimelineEntry['via'],
    data: row['data'] as TimelineEntry['data'],
  }
}
