import { sortableTime } from '../kernel/ids.ts'
import { sameValue } from '../kernel/json.ts'
import type { Item, ItemRef } from '../items/index.ts'
import type { EntryKind, TimelineEntry } from './schema.ts'

/** An entry and the item in whose timeline it stands. */
export interface PlacedEntry {
  readonly item: ItemRef
  readonly entry: TimelineEntry
}

type Via = TimelineEntry['via']

/** What a change of an item says in its timeline: created; moved to a stage, with the time spent in the former one; other fields with old and new value; observers come and gone (ITM-9, ITM-4). */
export function entriesOfItemChange(before: Item | undefined, after: Item, via: Via): PlacedEntry[] {
  const at = new Date(after.updatedAt)
  const entry = (part: number, kind: EntryKind, data: Record<string, unknown>): PlacedEntry => ({
    item: { type: after.type, id: after.id },
    entry: { id: `${sortableTime(at)}-v${String(after.version).padStart(9, '0')}-${part}`, at: after.updatedAt, kind, actorId: after.updatedBy, via, data },
  })
  if (!before) return [entry(0, 'item.created', { title: after.title })]
  const changes = changedFields(before, after)
  return [
    ...(changes.length > 0 ? [entry(0, 'item.changed', { changes })] : []),
    ...(before.stageId !== after.stageId && after.stageId !== undefined ? [entry(1, 'stage.moved', stageMove(before, after))] : []),
    ...after.observerIds.filter((id) => !before.observerIds.includes(id)).map((userId, n) => entry(100 + n, 'observer.added', { userId })),
    ...before.observerIds.filter((id) => !after.observerIds.includes(id)).map((userId, n) => entry(200 + n, 'observer.removed', { userId })),
  ]
}

/** A mail as it stands in the timelines of the items it is bound to (SNS-5). */
export function entryOfMail(mail: { id: string; receivedAt: string; subject: string; direction: 'in' | 'out'; senderUserId: string | null }, item: ItemRef): PlacedEntry {
  return {
    item,
    entry: {
      id: `${sortableTime(new Date(mail.receivedAt))}-${mail.id}`,
      at: mail.receivedAt,
      kind: mail.direction === 'out' ? 'mail.sent' : 'mail.received',
      actorId: mail.senderUserId,
      via: 'mail',
      data: { messageId: mail.id, subject: mail.subject },
    },
  }
}

interface FieldChange {
  readonly field: string
  readonly old: unknown
  readonly new: unknown
}

function changedFields(before: Item, after: Item): FieldChange[] {
  const old: Record<string, unknown> = { title: before.title, responsibleId: before.responsibleId, opened: before.opened, ...before.values }
  const now: Record<string, unknown> = { title: after.title, responsibleId: after.responsibleId, opened: after.opened, ...after.values }
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  return names.filter((field) => !sameValue(old[field], now[field])).map((field) => ({ field, old: old[field] ?? null, new: now[field] ?? null }))
}

function stageMove(before: Item, after: Item): Record<string, unknown> {
  const secondsInFormer = before.stageSince === undefined ? null : Math.max(0, Math.round((Date.parse(after.stageSince ?? after.updatedAt) - Date.parse(before.stageSince)) / 1000))
  return { fromPipelineId: before.pipelineId ?? null, fromStageId: before.stageId ?? null, toPipelineId: after.pipelineId ?? null, toStageId: after.stageId ?? null, secondsInFormer }
}
