import type { Key, Row, Table, Write } from '../platform/table.ts'
import type { Fate } from './fate.ts'
import { messageKey, queueKey, queuePartition, threadKey } from './keys.ts'
import { MOST_MESSAGES_OF_AN_ID, MOST_WAITING_REPLIES } from './limits.ts'
import type { Message } from './message.ts'
import { messageOfRow, rowOfMessage } from './message-row.ts'
import type { Waiting } from './schema.ts'

/** What is known of one Message-ID: the mails that bear it (one, if nobody forges) and the replies that wait for one. */
export interface ThreadRow {
  readonly threadId: string
  readonly messageIds: readonly string[]
  readonly waiting: readonly string[]
  /** What became of the mail, where it is one that we sent. */
  readonly fate?: Fate
  readonly version: number
}

/** The message with this id; undefined where there is none. */
export async function loadMessage(table: Table, id: string): Promise<Message | undefined> {
  const row = await table.get(messageKey(id), { consistent: true })
  return row && isMessage(row) ? messageOfRow(row) : undefined
}

/** Messages by their ids; those that are not there are left out. */
export async function loadMessages(table: Table, ids: readonly string[]): Promise<ReadonlyMap<string, Message>> {
  const rows = ids.length === 0 ? [] : await table.getMany(ids.map(messageKey), { consistent: true })
  return new Map(rows.filter(isMessage).map((row) => [String(row['id']), messageOfRow(row)]))
}

/** What is known of mails by their Message-IDs; of an id that nobody has seen, nothing. */
export async function loadThreads(table: Table, threadIds: readonly string[]): Promise<ReadonlyMap<string, ThreadRow>> {
  const rows = threadIds.length === 0 ? [] : await table.getMany(threadIds.map(threadKey), { consistent: true })
  return new Map(rows.map((row) => [String(row['threadId']), threadOfRow(row)]))
}

/** Where a mail stands among those that wait for the same reason. Places of all reasons compare by when the mails came. */
export interface Place {
  readonly id: string
  readonly status: Waiting
  readonly place: string
}

/** Mails that wait for the same reason, the newest first; `after` is the place to go on behind. */
export async function readQueue(table: Table, status: Waiting, after: string | undefined, limit: number): Promise<Place[]> {
  const { rows } = await table.query({ partition: queuePartition(status), ...(after === undefined ? {} : { before: after }), newestFirst: true, limit, consistent: true })
  return rows.map(({ sk }) => ({ id: sk.slice(sk.indexOf('#') + 1), status, place: sk }))
}

/**
 * The writes that take a message from one state to the next, for one transaction; without `before` it must not be there yet. The first of
 * them is the message's own.
 */
export function messageWrites(before: Message | undefined, after: Message): Write[] {
  const old = before && queueKeyOf(before)
  const now = queueKeyOf(after)
  const moved = old?.pk !== now?.pk || old?.sk !== now?.sk
  return [
    { put: rowOfMessage(after), if: before ? { equals: { version: before.version } } : { absent: true } },
    ...(old && moved ? [{ delete: old }] : []),
    ...(now && moved ? [{ put: { ...now, kind: 'mailQueue' } }] : []),
  ]
}

/** The write that enters a mail under its Message-ID. `known` is the row as it stands, if there is one. */
export function enterThread(threadId: string, id: string, known: ThreadRow | undefined): Write[] {
  if (known?.messageIds.includes(id)) return []
  const messageIds = [...(known?.messageIds ?? []), id].slice(0, MOST_MESSAGES_OF_AN_ID)
  return [threadWrite({ ...known, threadId, messageIds, waiting: known?.waiting ?? [], version: known?.version ?? 0 }, known)]
}

/** The writes by which a reply waits for each of these Message-IDs. */
export function awaitThreads(awaits: readonly string[], id: string, known: ReadonlyMap<string, ThreadRow>): Write[] {
  return awaits.flatMap((threadId) => {
    const row = known.get(threadId)
    if (row?.waiting.includes(id) || (row?.waiting.length ?? 0) >= MOST_WAITING_REPLIES) return []
    return [threadWrite({ ...row, threadId, messageIds: row?.messageIds ?? [], waiting: [...(row?.waiting ?? []), id], version: row?.version ?? 0 }, row)]
  })
}

/** The write that notes what became of a mail that we sent, and enters it under its Message-ID: from then on replies find it. */
export function noteFate(threadId: string, id: string, fate: Fate, known: ThreadRow | undefined): Write {
  const messageIds = [...new Set([...(known?.messageIds ?? []), id])].slice(0, MOST_MESSAGES_OF_AN_ID)
  return threadWrite({ threadId, messageIds, waiting: known?.waiting ?? [], fate, version: known?.version ?? 0 }, known)
}

/** A mail that is being sent, or was not sent, lies where the message would, and is none. */
function isMessage(row: Row): boolean {
  return row['kind'] === 'mail'
}

/** On the state that was read and no other: a mail and the reply that waits for it cannot miss each other. */
function threadWrite(row: ThreadRow, known: ThreadRow | undefined): Write {
  const lists = Object.fromEntries(Object.entries({ messageIds: row.messageIds, waiting: row.waiting }).filter(([, ids]) => ids.length > 0))
  return { put: { ...threadKey(row.threadId), kind: 'mailThread', threadId: row.threadId, ...lists, ...(row.fate ? { fate: row.fate } : {}), version: row.version + 1 }, if: known ? { equals: { version: known.version } } : { absent: true } }
}

function threadOfRow(row: Row): ThreadRow {
  return { threadId: String(row['threadId']), messageIds: (row['messageIds'] as string[] | undefined) ?? [], waiting: (row['waiting'] as string[] | undefined) ?? [], ...(row['fate'] === undefined ? {} : { fate: row['fate'] as Fate }), version: Number(row['version']) }
}

function queueKeyOf({ status, receivedAt, id }: Message): Key | undefined {
  return status === 'routed' ? undefined : queueKey(status, receivedAt, id)
}
