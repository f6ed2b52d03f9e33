import { isSameItem, itemOfRow, type ItemRef } from '../items/index.ts'
import type { RowChange } from '../platform/stream.ts'
import type { BatchWriter, PlainWrite } from '../platform/batch-writes.ts'
import { entryRemoval, entryWrite } from './repository.ts'
import { entriesOfItemChange, entryOfMail, type PlacedEntry } from './rules.ts'

/** Brings the timelines up to date with changes of rows, in the order in which they happened. May run any number of times for the same changes. */
export async function projectChanges(write: BatchWriter, changes: readonly RowChange[]): Promise<void> {
  await write(changes.flatMap(writesOfChange))
}

function writesOfChange(change: RowChange): PlainWrite[] {
  const { added, removed } = entriesOfChange(change)
  return [...removed.map(entryRemoval), ...added.map(entryWrite)]
}

/** What a change of a row puts into timelines and takes out of them. */
export function entriesOfChange({ before, after }: RowChange): { added: PlacedEntry[]; removed: PlacedEntry[] } {
  if (after?.['kind'] === 'item') {
    const item = itemOfRow(after)
    return { added: entriesOfItemChange(before && itemOfRow(before), item, viaOf(after)), removed: [] }
  }
  if (after?.['kind'] !== 'mail' && before?.['kind'] !== 'mail') return { added: [], removed: [] }
  const now = after ? mailEntries(after) : []
  const old = before ? mailEntries(before) : []
  const has = (entries: readonly PlacedEntry[], { item }: PlacedEntry): boolean => entries.some((one) => isSameItem(one.item, item))
  return { added: now, removed: old.filter((entry) => !has(now, entry)) }
}

function mailEntries(row: Readonly<Record<string, unknown>>): PlacedEntry[] {
  const mail = {
    id: String(row['id']),
    receivedAt: String(row['receivedAt']),
    subject: String(row['subject'] ?? ''),
    direction: row['direction'] === 'out' ? ('out' as const) : ('in' as const),
    senderUserId: typeof row['senderUserId'] === 'string' ? row['senderUserId'] : null,
    composed: row['composed'] as { mailingId?: string } | undefined,
  }
  return ((row['bindings'] as ItemRef[] | undefined) ?? []).map((item) => entryOfMail(mail, item))
}

function viaOf(row: Readonly<Record<string, unknown>>): 'user' | 'mail' | 'process' {
  const via = row['changedVia']
  return via === 'mail' || via === 'process' ? via : 'user'
}
