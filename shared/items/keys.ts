import type { Key } from '../platform/table.ts'

/** An item: its number is counted per type, so type and number name it. */
export function itemKey(type: string, id: number): Key {
  return { pk: `ITEM#${type}#${id}`, sk: 'ITEM' }
}

/** The type and number in the partition key of an item, or undefined for other rows. */
export function itemOfPartition(pk: string): { type: string; id: number } | undefined {
  const [, type, id] = /^ITEM#([a-z][a-z0-9_]*)#(\d+)$/.exec(pk) ?? []
  return type === undefined || id === undefined ? undefined : { type, id: Number(id) }
}

/** The last number given to an item of a type; only ever added to. */
export function counterKey(type: string): Key {
  return { pk: `COUNTER#${type}`, sk: 'COUNTER' }
}

const NUMBER_DIGITS = 12

/** That a user observes an item: lists of what one observes are read here, newest first. */
export function observedKey(userId: string, type: string, id: number): Key {
  return { pk: `USER#${userId}`, sk: `${observedPrefix(type)}${String(id).padStart(NUMBER_DIGITS, '0')}` }
}

export function observedPrefix(type: string): string {
  return `OBS#${type}#`
}

/** That a user is in the chat of an item: the list of one's chats is read here. */
export function chatMemberKey(userId: string, chatId: string): Key {
  return { pk: `USER#${userId}`, sk: `CHAT#${chatId}` }
}

/** That an item holds a link to the one in whose partition this lies; by number, so that the newest come first or last. */
export function linkKey(to: { type: string; id: number }, from: { type: string; id: number }): Key {
  return { pk: itemKey(to.type, to.id).pk, sk: `${linkPrefix(from.type)}${String(from.id).padStart(NUMBER_DIGITS, '0')}` }
}

export function linkPrefix(fromType: string): string {
  return `LINK#${fromType}#`
}

/** Which items hold an e-mail address or a phone number: Send&Save, search and the look for doubles ask here. */
export function addressKey(kind: 'email' | 'phone', value: string, type: string, id: number): Key {
  return { pk: addressPartition(kind, value), sk: `${type}#${id}` }
}

/** `value` in the form in which addresses are compared: an e-mail address in lower case, a phone number in E.164. */
export function addressPartition(kind: 'email' | 'phone', value: string): string {
  return `ADDR#${kind}#${value}`
}

/** List index by responsible person. */
export function ownerPartition(type: string, userId: string): string {
  return `${type}#U#${userId}`
}

/** List index by the responsible person's primary department as it was when the item was last stamped. */
export function departmentPartition(type: string, departmentId: string): string {
  return `${type}#D#${departmentId}`
}

/** List index by pipeline and stage, of types that have stages. */
export function stagePartition(type: string, pipelineId: string, stageId: string): string {
  return `${type}#S#${pipelineId}#${stageId}`
}

/** List index of types without stages, spread so that no partition grows hot. */
export function bucketPartition(type: string, bucket: number): string {
  return `${type}#B#${bucket}`
}

/** Where deleted items lie, for the recycle bin. */
export function binPartition(type: string): string {
  return `${type}#BIN`
}

/** Partition of the due index with the items of the recycle bin, by when they are purged. */
export const PURGE_PARTITION = 'PURGE#items'

/**
 * What a list row shows and the predicate needs, under the short names that lie in the table. Fifty such rows fit into two read units,
 * and a change of any other field touches no index (ITM-7).
 */
export const storedNames = { title: 't', responsibleId: 'r', opened: 'o', pipelineId: 'p', stageId: 's', amount: 'a', currency: 'c', createdAt: 'at' } as const

/** The range key of the list indexes: the item's number, which never changes. Other rows are free to call their id `id`. */
export const LIST_RANGE_KEY = 'n'

/** The attributes that the three list indexes project. */
export const LIST_PROJECTION: readonly string[] = Object.values(storedNames)
