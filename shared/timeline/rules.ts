import { sameValue } from '../kernel/json.ts'
import { flatValues, type Item, type ItemRef } from '../items/index.ts'
import { entryId } from './entry-id.ts'
import type { EntryKind, TimelineEntry } from './schema.ts'

/** An entry and the item in whose timeline it stands. */
export interface PlacedEntry {
  readonly item: ItemRef
  readonly entry: TimelineEntry
}

type Via = TimelineEntry['via']

/**
 * What a change of an item says in its timeline: created; moved to a stage, with the time spent in the former one; other fields with old and new value; observers come and gone;
 * a chat made for it (ITM-9, ITM-4). Deleting and restoring are changes of `deletedAt`; nothing else is told while an item lies in the recycle bin.
 */
export function entriesOfItemChange(before: Item | undefined, after: Item, via: Via): PlacedEntry[] {
  const at = new Date(after.updatedAt)
  const entry = (part: number, kind: EntryKind, data: Record<string, unknown>): PlacedEntry => ({
    item: { type: after.type, id: after.id },
    entry: { id: entryId(at, `v${String(after.version).padStart(9, '0')}-${part}`), at: after.updatedAt, kind, actorId: after.updatedBy, via, data },
  })
  const added = after.observerIds.filter((id) => !before?.observerIds.includes(id)).map((userId, n) => entry(100 + n, 'observer.added', { userId }))
  if (!before) return [entry(0, 'item.created', { title: after.title }), ...added]
  if (after.deletedAt !== undefined) return before.deletedAt === undefined ? [entry(0, 'item.changed', { changes: [{ field: 'deletedAt', old: null, new: after.deletedAt }] })] : []
  const changes = changedFields(before, after)
  return [
    ...(changes.length > 0 ? [entry(0, 'item.changed', { changes })] : []),
    ...(before.stageId !== after.stageId && after.stageId !== undefined ? [entry(1, 'stage.moved', stageMove(before, after))] : []),
    ...added,
    ...before.observerIds.filter((id) => !after.observerIds.includes(id)).map((userId, n) => entry(200 + n, 'observer.removed', { userId })),
    ...(before.chatId === undefined && after.chatId !== undefined ? [entry(300, 'chat.created', { chatId: after.chatId })] : []),
  ]
}

/** A mail as it stands in the timelines of the items it is bound to (SNS-5). */
export function entryOfMail(mail: { id: string; receivedAt: string; subject: string; direction: 'in' | 'out'; senderUserId: string | null; composed?: { mailingId?: string } | undefined }, item: ItemRef): PlacedEntry {
  const mailingId = mail.composed?.mailingId
  return {
    item,
    entry: {
      id: entryId(new Date(mail.receivedAt), mail.id),
      at: mail.receivedAt,
      kind: mailingId !== undefined ? 'mailing.sent' : mail.direction === 'out' ? 'mail.sent' : 'mail.received',
      actorId: mail.senderUserId,
      via: mail.composed ? 'user' : 'mail',
      data: { messageId: mail.id, subject: mail.subject, ...(mailingId === undefined ? {} : { mailingId }) },
    },
  }
}

export interface FieldChange {
  readonly field: string
  readonly old: unknown
  readonly new: unknown
  readonly omitted?: true
}

function changedFields(before: Item, after: Item): FieldChange[] {
  const old = factsOf(before)
  const now = factsOf(after)
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  return withinLimit(names.filter((field) => !sameValue(old[field], now[field])).map((field) => ({ field, old: old[field] ?? null, new: now[field] ?? null })))
}

function factsOf({ title, responsibleId, opened, deletedAt, values }: Item): Record<string, unknown> {
  return { title, responsibleId, opened, ...flatValues(values), deletedAt }
}

/** An entry is a row, and an item may hold as much as a row: of the longest values it is only told that they changed. */
const LONGEST_VALUES_BYTES = 20_000

function withinLimit(changes: readonly FieldChange[]): FieldChange[] {
  const bytesOf = (change: FieldChange): number => Buffer.byteLength(JSON.stringify(change))
  let bytes = 0
  const kept = new Set(changes.toSorted((a, b) => bytesOf(a) - bytesOf(b)).filter((change) => (bytes += bytesOf(change)) <= LONGEST_VALUES_BYTES))
  return changes.map((change) => (kept.has(change) ? change : { field: change.field, old: null, new: null, omitted: true }))
}

function stageMove(before: Item, after: Item): Record<string, unknown> {
  const secondsInFormer = before.stageSince === undefined ? null : Math.max(0, Math.round((Date.parse(after.stageSince ?? after.updatedAt) - Date.parse(before.stageSince)) / 1000))
  return { fromPipelineId: before.pipelineId ?? null, fromStageId: before.stageId ?? null, toPipelineId: after.pipelineId ?? null, toStageId: after.stageId ?? null, secondsInFormer }
}
