import { may, rightsOf } from '../access/index.ts'
import { isSameItem, type Item } from '../items/index.ts'
import type { Push } from '../platform/push.ts'
import { tryUntilStored } from '../platform/retry.ts'
import { ConditionFailed, type Table } from '../platform/table.ts'
import { pushToUsers } from '../sockets/index.ts'
import { isActive, peopleOf, type Workspace } from '../workspace/index.ts'
import { countWrite, readInbox, readInboxes, type Inbox } from './inbox.ts'
import { noteId, noteView, rowOfNote } from './note.ts'
import type { Note } from './rules.ts'

/** What a reaction to an event works with. */
export interface Reacting {
  readonly workspace: Workspace
  readonly table: Table
  readonly push: Push
  now(): Date
}

/** Stores notices and pushes them. The same event again stores nothing and pushes nothing. Gives how many were new. */
export async function notify(at: Reacting, notes: readonly Note[], cause: { eventId: string; at: Date }, items: readonly Item[]): Promise<number> {
  const wanted = notes.filter((note) => isActive(peopleOf(at.workspace), note.userId) && (!note.forReaders || isReader(at.workspace, note, items)))
  const inboxes = await readInboxes(at.table, [...new Set(wanted.map(({ userId }) => userId))])
  const made = await Promise.all(wanted.map((note) => notifyOne(at, note, cause, inboxes.get(note.userId))))
  return made.filter(Boolean).length
}

const MOST_TRIES = 20
/** Where among the writes the notice itself stands. */
const PLACE_OF_NOTICE = 0

async function notifyOne({ table, push, now }: Reacting, note: Note, cause: { eventId: string; at: Date }, known: Inbox | undefined): Promise<boolean> {
  return tryUntilStored({ tries: MOST_TRIES, busy: (last) => last }, async (attempt) => {
    // Read anew when a mail became due, or went out, meanwhile.
    const inbox = (attempt === 0 ? known : undefined) ?? (await readInbox(table, note.userId))
    const byMail = inbox.mailKinds.includes(note.kind)
    const row = rowOfNote(noteId(cause.eventId, cause.at, note), cause.at, note, byMail ? 'wanted' : undefined)
    try {
      await table.write({ put: row, if: { absent: true } }, countWrite(note.userId, inbox, { byMail, at: now() }))
    } catch (error) {
      if (error instanceof ConditionFailed && error.failed.includes(PLACE_OF_NOTICE)) return false
      throw error
    }
    await pushToUsers(push, table, [note.userId], { event: 'notification', notification: noteView(row) })
    return true
  })
}

function isReader(workspace: Workspace, { userId, item }: Note, items: readonly Item[]): boolean {
  const found = items.find((one) => isSameItem(one, item))
  return found !== undefined && may(rightsOf(workspace, userId), 'read', found)
}
