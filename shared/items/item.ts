import type { Row } from '../platform/table.ts'
import { itemKey, LIST_RANGE_KEY, storedNames } from './keys.ts'

/** One item of any type: what every item has, and the fields of its type under `values` (ITM-2, ITM-3). */
export interface Item {
  readonly type: string
  readonly id: number
  readonly title: string
  /** False where the title was made by us and follows the names. */
  readonly titleGiven: boolean
  readonly responsibleId: string
  readonly observerIds: readonly string[]
  readonly opened: boolean
  /** The item's chat, if it has one, and who is in it. */
  readonly chatId?: string
  readonly chatMemberIds: readonly string[]
  readonly pipelineId?: string
  readonly stageId?: string
  /** When it came into its stage. */
  readonly stageSince?: string
  readonly values: Readonly<Record<string, unknown>>
  readonly createdAt: string
  readonly createdBy: string
  readonly updatedAt: string
  readonly updatedBy: string
  readonly version: number
  readonly deletedAt?: string
}

export interface ItemRef {
  readonly type: string
  readonly id: number
}

/** One text for one item, to compare by. */
export function refKey({ type, id }: ItemRef): string {
  return `${type}#${id}`
}

/** Whether both name the same item. */
export function isSameItem(a: ItemRef, b: ItemRef): boolean {
  return a.type === b.type && a.id === b.id
}

/** An item before and after a change of it. */
export interface Changed {
  readonly before: Item
  readonly after: Item
}

/** How a change came about, kept on the row so that its stream record tells the whole story. */
export interface Cause {
  readonly changedVia: 'user' | 'mail' | 'process'
  readonly causeId?: string
}

/** The index keys of an item, and which version of the workspace they were made from. */
export interface Placing {
  readonly ownerKey?: string
  readonly departmentKey?: string
  readonly bucketKey: string
  readonly placedAt: number
  /** Of deleted items: when they are purged. */
  readonly dueKey?: string
  /** In seconds. */
  readonly dueAt?: number
}

const TECHNICAL = new Set(['pk', 'sk', 'kind', 'n', 'version', 'titleGiven', 'observerIds', 'chatId', 'chatMemberIds', 'stageSince', 'createdBy', 'updatedAt', 'updatedBy', 'deletedAt', 'changedVia', 'causeId', 'ownerKey', 'departmentKey', 'bucketKey', 'placedAt', 'dueKey', 'dueAt'])
const longNames = new Map<string, string>(Object.entries(storedNames).map(([long, short]) => [short, long]))
const COMMON = new Set(['title', 'responsibleId', 'opened', 'pipelineId', 'stageId', 'createdAt'])

/** The row of an item. What lists project lies under short names; the rest under its own. */
export function rowOfItem(item: Item, placing: Placing, cause: Cause): Row {
  const { type, id, title, responsibleId, opened, pipelineId, stageId, createdAt, values, ...rest } = item
  return {
    ...itemKey(type, id),
    kind: 'item',
    [LIST_RANGE_KEY]: id,
    ...withShortNames({ title, responsibleId, opened, pipelineId, stageId, ...values }),
    ...rest,
    [storedNames.createdAt]: Date.parse(createdAt),
    ...placing,
    ...cause,
  }
}

/** The item in a row of the table or of a list index (where only the projected fields are there). */
export function itemOfRow(row: Readonly<Record<string, unknown>>): Item {
  const type = String(row['pk']).split('#')[1] ?? ''
  const named = Object.entries(row).filter(([name]) => !TECHNICAL.has(name)).map(([name, value]) => [longNames.get(name) ?? name, value] as const)
  const { pipelineId, stageId, ...common } = Object.fromEntries(named.filter(([name]) => COMMON.has(name)))
  return {
    type,
    id: Number(row[LIST_RANGE_KEY]),
    title: String(common['title'] ?? ''),
    titleGiven: row['titleGiven'] === true,
    responsibleId: String(common['responsibleId']),
    observerIds: (row['observerIds'] as string[] | undefined) ?? [],
    opened: common['opened'] === true,
    ...(row['chatId'] === undefined ? {} : { chatId: String(row['chatId']) }),
    chatMemberIds: (row['chatMemberIds'] as string[] | undefined) ?? [],
    ...(typeof pipelineId === 'string' ? { pipelineId } : {}),
    ...(typeof stageId === 'string' ? { stageId } : {}),
    ...(row['stageSince'] === undefined ? {} : { stageSince: String(row['stageSince']) }),
    values: Object.fromEntries(named.filter(([name]) => !COMMON.has(name))),
    createdAt: new Date(Number(common['createdAt'])).toISOString(),
    createdBy: String(row['createdBy'] ?? ''),
    updatedAt: String(row['updatedAt'] ?? ''),
    updatedBy: String(row['updatedBy'] ?? ''),
    version: Number(row['version'] ?? 0),
    ...(row['deletedAt'] === undefined ? {} : { deletedAt: String(row['deletedAt']) }),
  }
}

function withShortNames(fields: Record<string, unknown>): Record<string, unknown> {
  const short: Readonly<Record<string, string>> = storedNames
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null).map(([name, value]) => [short[name] ?? name, value]))
}
