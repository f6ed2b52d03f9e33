import type { Key } from '../platform/table.ts'

/** Timeline entries lie beside their item, in the order of time. */
export function entryKey(type: string, itemId: number, entryId: string): Key {
  return { pk: timelinePartition(type, itemId), sk: `${ENTRY_PREFIX}${entryId}` }
}

export function timelinePartition(type: string, itemId: number): string {
  return `ITEM#${type}#${itemId}`
}

export const ENTRY_PREFIX = 'T#'
