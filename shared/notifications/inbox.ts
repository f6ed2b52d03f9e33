import type { Row, Table, Write } from '../platform/table.ts'
import { MAIL_DUE, unreadKey } from './keys.ts'
import { NOTE_KINDS, type NoteKind } from './schema.ts'

/** So long a mail waits for more to go with it; what was read meanwhile does not go at all. */
const BUNDLE_SECONDS = 180

/** What one row knows of all the notices of a person. */
export interface Inbox {
  readonly unread: number
  /** Counts the writes that changed `unread`: who has looked at all notices sees by it whether others came or were read meanwhile. */
  readonly changes: number
  /** Kinds that they want by mail too. */
  readonly mailKinds: readonly NoteKind[]
  /** Seconds since 1970 at which a mail is due; undefined when nothing waits for one. */
  readonly dueAt: number | undefined
  /** Counts the notices that were ever to be mailed: whoever mails sees by it that one more has come meanwhile. */
  readonly toMail: number
}

function inboxOfRow(row: Row | undefined): Inbox {
  const kinds: unknown = row?.['mailKinds']
  return {
    unread: Math.max(0, Number(row?.['unread'] ?? 0)),
    changes: Number(row?.['changes'] ?? 0),
    mailKinds: Array.isArray(kinds) ? NOTE_KINDS.filter((kind) => kinds.includes(kind)) : [],
    dueAt: row?.['dueAt'] === undefined ? undefined : Number(row['dueAt']),
    toMail: Number(row?.['toMail'] ?? 0),
  }
}

/** What waits for one person; who never had a notice has an empty one. */
export async function readInbox(table: Table, userId: string): Promise<Inbox> {
  return inboxOfRow(await table.get(unreadKey(userId), { consistent: true }))
}

/** By user; who never had a notice is there too. */
export async function readInboxes(table: Table, userIds: readonly string[]): Promise<ReadonlyMap<string, Inbox>> {
  const rows = userIds.length === 0 ? [] : await table.getMany(userIds.map(unreadKey), { consistent: true })
  return new Map(userIds.map((userId) => [userId, inboxOfRow(rows.find(({ pk }) => pk === unreadKey(userId).pk))]))
}

/** The write that counts a new notice. One that is to be mailed makes a mail due, unless one is; it holds only if that is as it was read. */
export function countWrite(userId: string, inbox: Inbox, { byMail, at }: { byMail: boolean; at: Date }): Write {
  const counted = { update: unreadKey(userId), set: { kind: 'unread' }, add: { unread: 1, changes: 1 } } as const
  if (!byMail) return counted
  const add = { unread: 1, changes: 1, toMail: 1 }
  if (inbox.dueAt !== undefined) return { ...counted, add, if: { equals: { dueAt: inbox.dueAt } } }
  return { ...counted, set: { kind: 'unread', dueKey: MAIL_DUE, dueAt: Math.floor(at.getTime() / 1000) + BUNDLE_SECONDS }, add, if: { without: ['dueAt'] } }
}

/** The write that counts off notices that were read. */
export function countOffWrite(userId: string, count: number): Write {
  return { update: unreadKey(userId), add: { unread: -count, changes: 1 } }
}

/**
 * The write that says nothing is unread, of somebody all of whose notices were found to be read: unread ones that time to live has taken away were never counted
 * off. It holds only if none came since `changes` were counted.
 */
export function nothingUnreadWrite(userId: string, changes: number): Write {
  return { update: unreadKey(userId), set: { unread: 0 }, if: { exists: true, ...(changes === 0 ? { without: ['changes'] } : { equals: { changes } }) } }
}
