import { may, rightsOf } from '../access/index.ts'
import type { Item } from '../items/index.ts'
import type { Push } from '../platform/push.ts'
import { ConditionFailed, type Table } from '../platform/table.ts'
import { pushToUsers } from '../sockets/index.ts'
import { isActive, peopleOf, type Workspace } from '../workspace/index.ts'
import { unreadKey } from './keys.ts'
import { noteId, noteView, rowOfNote } from './note.ts'
import type { Note } from './rules.ts'

/** What a reaction to an event works with. */
export interface Reacting {
  readonly workspace: Workspace
  readonly table: Table
  readonly push: Push
}

/** Stores notices and pushes them. The same event again stores nothing and pushes nothing. Gives how many were new. */
export async function notify(at: Reacting, notes: readonly Note[], cause: { eventId: string; at: Date }, items: readonly Item[]): Promise<number> {
  const wanted = notes.filter((note) => isActive(peopleOf(at.workspace), note.userId) && (!note.forReaders || isReader(at.workspace, note, items)))
  const made = await Promise.all(wanted.map((note) => notifyOne(at, note, cause)))
  return made.filter(Boolean).length
}

async function notifyOne({ table, push }: Reacting, note: Note, cause: { eventId: string; at: Date }): Promise<boolean> {
  const row = rowOfNote(noteId(cause.eventId, cause.at, note), cause.at, note)
  try {
    await table.write({ put: row, if: { absent: true } }, { update: unreadKey(note.userId), set: { kind: 'unread' }, add: { unread: 1 } })
  } catch (error) {
    if (error instanceof ConditionFailed) return false
    throw error
  }
  await pushToUsers(push, table, [note.userId], { event: 'notification', notification: noteView(row) })
  return true
}

function isReader(workspace: Workspace, { userId, item }: Note, items: readonly Item[]): boolean {
  const found = items.find(({ type, id }) => type === item.type && id === item.id)
  return found !== undefined && may(rightsOf(workspace, userId), 'read', found)
}
