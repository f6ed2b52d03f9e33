import { flatValues, itemOfRow, type Item } from '../items/index.ts'
import { sameValue } from '../kernel/json.ts'
import type { BusEvent } from '../platform/bus.ts'
import type { RowChange } from '../platform/stream.ts'

/** Values that would be longer are left out and named in `omitted` (API-6). */
const LONGEST_VALUES_BYTES = 32_000

/** The version of the shapes in `schema.ts`. It moves when a listener that keeps to them would be wrong; fields that are only added leave it. */
export const SCHEMA_VERSION = 1

/** The events that a change of a row means for the world outside: an item created, updated, deleted or restored, a comment, a mail, a mention (API-6). */
export function eventsOfChange(change: RowChange): BusEvent[] {
  return eventsOf(change).map((event) => ({ ...event, detail: { schemaVersion: SCHEMA_VERSION, ...event.detail } }))
}

function eventsOf({ eventId, before, after }: RowChange): BusEvent[] {
  // A mail of our own is there before it is sent, as another kind of row; it becomes news when it is.
  if (after?.['kind'] === 'mail') return eventsOfMail(eventId, before?.['kind'] === 'mail' ? before : undefined, after)
  if (after?.['kind'] === 'chatMention') return eventsOfMention(eventId, before, after)
  if (after?.['kind'] === 'comment') return before ? [] : [eventOfComment(eventId, after)]
  if (after?.['kind'] !== 'item') return []
  const item = itemOfRow(after)
  const former = before && itemOfRow(before)
  // Stamped anew for the lists: nothing that anybody would call a change.
  if (former?.version === item.version) return []
  // What changes of an item in the recycle bin, changes for nobody.
  if (former?.deletedAt !== undefined && item.deletedAt !== undefined) return []
  const what = !former ? 'created' : item.deletedAt !== undefined ? 'deleted' : former.deletedAt !== undefined ? 'restored' : 'updated'
  const { changes, omitted } = withinLimit(changedFields(former, item))
  return [
    {
      detailType: `${item.type}.${what}`,
      time: new Date(item.updatedAt),
      detail: {
        eventId,
        item: { type: item.type, id: item.id },
        version: item.version,
        changes,
        ...(omitted.length > 0 ? { omitted } : {}),
        actor: { userId: item.updatedBy, via: after['changedVia'] ?? 'user' },
        ...(after['causeId'] === undefined ? {} : { causeId: after['causeId'] }),
      },
    },
  ]
}

type Image = Readonly<Record<string, unknown>>

/** A comment, with the version in which its item stood. */
function eventOfComment(eventId: string, comment: Image): BusEvent {
  const [, type, id] = String(comment['pk']).split('#')
  const { text, files } = comment['data'] as { text: string; files?: readonly { id: string }[] }
  const short = Buffer.byteLength(JSON.stringify(text)) <= LONGEST_VALUES_BYTES
  return {
    detailType: `${type}.commented`,
    time: new Date(String(comment['at'])),
    detail: {
      eventId,
      item: { type, id: Number(id) },
      version: comment['itemVersion'],
      comment: { id: comment['id'], ...(short ? { text } : {}), fileIds: (files ?? []).map((file) => file.id) },
      ...(short ? {} : { omitted: ['text'] }),
      actor: { userId: comment['actorId'], via: comment['via'] },
    },
  }
}

/** A mail was added to items: those that it did not stand on before. */
function eventsOfMail(eventId: string, before: Image | undefined, after: Image): BusEvent[] {
  const old = itemsOf(before).map(({ type, id }) => `${type}#${id}`)
  const items = itemsOf(after).filter(({ type, id }) => !old.includes(`${type}#${id}`))
  if (items.length === 0) return []
  const actor = { userId: after['changedBy'] ?? after['senderUserId'] ?? null, via: after['changedVia'] ?? 'mail' }
  const direction = after['direction'] === 'out' ? 'out' : 'in'
  return [{ detailType: direction === 'out' ? 'mail.sent' : 'mail.received', time: new Date(String(after['receivedAt'])), detail: { eventId, messageId: after['id'], direction, items, actor } }]
}

function itemsOf(mail: Image | undefined): readonly { type: string; id: number }[] {
  return Array.isArray(mail?.['bindings']) ? (mail['bindings'] as { type: string; id: number }[]) : []
}

/** People were named in a message of a chat, now or by an edit (CHT-9). */
function eventsOfMention(eventId: string, before: Image | undefined, after: Image): BusEvent[] {
  const old: unknown = before?.['mentionIds']
  const userIds = (after['mentionIds'] as string[]).filter((userId) => !Array.isArray(old) || !old.includes(userId))
  if (userIds.length === 0) return []
  const item = { type: after['itemType'], id: after['itemId'] }
  const detail = { eventId, item, chatId: after['chatId'], number: after['number'], userIds, actor: { userId: after['authorId'], via: 'user' } }
  return [{ detailType: 'chat.mentioned', time: new Date(String(after['editedAt'] ?? after['at'])), detail }]
}

type Changes = Record<string, { old: unknown; new: unknown }>

function changedFields(before: Item | undefined, after: Item): Changes {
  const old = before ? factsOf(before) : {}
  const now = factsOf(after)
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !sameValue(old[name], now[name]))
  return Object.fromEntries(names.map((name) => [name, { old: old[name] ?? null, new: now[name] ?? null }]))
}

function factsOf({ title, responsibleId, observerIds, chatMemberIds, opened, pipelineId, stageId, values }: Item): Record<string, unknown> {
  return { title, responsibleId, observerIds, chatMemberIds, opened, pipelineId, stageId, ...flatValues(values) }
}

/** Leaves out the longest values first until the rest fits. */
function withinLimit(changes: Changes): { changes: Changes; omitted: string[] } {
  const bySize = Object.entries(changes).map(([name, change]) => ({ name, change, bytes: Buffer.byteLength(JSON.stringify(change)) })).toSorted((a, b) => a.bytes - b.bytes)
  let bytes = 0
  const kept = bySize.filter((one) => (bytes += one.bytes) <= LONGEST_VALUES_BYTES)
  return { changes: Object.fromEntries(kept.map(({ name, change }) => [name, change])), omitted: bySize.filter((one) => !kept.includes(one)).map(({ name }) => name) }
}
