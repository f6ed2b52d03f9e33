import type { Key } from '../platform/table.ts'

/** A user's notifications in the order of time. */
export function noteKey(userId: string, noteId: string): Key {
  return { pk: `USER#${userId}`, sk: `${NOTE_PREFIX}${noteId}` }
}

export const NOTE_PREFIX = 'NOTE#'

/** How many of them are unread. */
export function unreadKey(userId: string): Key {
  return { pk: `USER#${userId}`, sk: 'NOTES' }
}
