import type { Key } from '../platform/table.ts'

/** Everything that the company sets up about itself lies in one partition, so that one query reads it whole: people, structure, roles, types, settings, signing keys. */
export const WORKSPACE_PARTITION = 'WORKSPACE'

/** Moves with every change in the partition, in the same transaction: one read tells whether what a container knows is still true. */
export const versionKey: Key = { pk: WORKSPACE_PARTITION, sk: 'VERSION' }

/** The kinds of rows in the partition, as the first part of their sort key. */
export type EntryKind = 'USER' | 'DEPARTMENT' | 'GROUP' | 'ROLE' | 'SETTINGS' | 'TYPE' | 'SIGNING'

/** Where one entry lies: `WORKSPACE` / `ROLE#<id>`. */
export function entryKey(kind: EntryKind, id: string): Key {
  return { pk: WORKSPACE_PARTITION, sk: `${kind}#${id}` }
}

/** How far the items of somebody who moved to another department have been stamped anew. */
export function restampKey(userId: string): Key {
  return { pk: `RESTAMP#${userId}`, sk: 'RESTAMP' }
}

/** Binds a token's `sub` to one user for good: the second to claim it loses (DIR-2). Apart from the partition, since nobody but sign-in reads it. */
export function subjectKey(subject: string): Key {
  return { pk: `SUBJECT#${subject}`, sk: 'SUBJECT' }
}
