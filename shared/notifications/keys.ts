import type { Key } from '../platform/table.ts'

/** A user's notifications in the order of time. */
export function noteKey(userId: string, noteId: string): Key {
  return { pk: `USER#${userId}`, sk: `${NOTE_PREFIX}${noteId}` }
}

export const NOTE_PREFIX = 'NOTE#'

/** How many of them are unread, which kinds are wanted by mail, and when the next mail is due. */
export function unreadKey(userId: string): Key {
  return { pk: `USER#${userId}`, sk: 'NOTES' }
}

/** In the index of what is due: people for whom notices wait to be mailed. */
export const MAIL_DUE = 'NOTEMAIL'
