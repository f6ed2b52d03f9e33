import { createHash } from 'node:crypto'
import { base32OfBytes, sortableTime } from '../kernel/ids.ts'
import type { Row } from '../platform/table.ts'
import { noteKey } from './keys.ts'
import type { Note } from './rules.ts'
import type { NotificationView } from './schema.ts'

const KEPT_SECONDS = 365 * 24 * 60 * 60

/** The same event makes the same id for the same person, however often it is delivered. */
export function noteId(eventId: string, at: Date, { userId, kind, item }: Note): string {
  const hash = createHash('sha256').update(`${eventId}\n${userId}\n${kind}\n${item.type}\n${item.id}`).digest()
  return `ntf_${sortableTime(at)}${base32OfBytes(hash.subarray(0, 10))}`
}

/** Whether a notice goes by mail too: it waits for that, or was handed over. Left out: it does not. */
export type MailState = 'wanted' | 'sent'

export function rowOfNote(id: string, at: Date, { userId, kind, actorId, item, data }: Note, mail?: MailState): Row {
  return { ...noteKey(userId, id), kind: 'notification', id, noteKind: kind, ...(mail === undefined ? {} : { mail }), at: at.toISOString(), ...(actorId === null ? {} : { actorId }), itemType: item.type, itemId: item.id, ...(Object.keys(data).length > 0 ? { data } : {}), expiresAt: Math.floor(at.getTime() / 1000) + KEPT_SECONDS }
}

/** A notice as the person it is for sees it. */
export function noteView(row: Row): NotificationView {
  return {
    id: String(row['id']),
    kind: row['noteKind'] as NotificationView['kind'],
    at: String(row['at']),
    readAt: typeof row['readAt'] === 'string' ? row['readAt'] : null,
    actorId: typeof row['actorId'] === 'string' ? row['actorId'] : null,
    item: { type: String(row['itemType']), id: Number(row['itemId']) },
    data: (row['data'] as NotificationView['data'] | undefined) ?? {},
  }
}
