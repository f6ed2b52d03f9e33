import { readableItems, type Item } from '../items/index.ts'
import { notFound, Problem } from '../kernel/problem.ts'
import { tryUntilStored } from '../platform/retry.ts'
import type { Row, Table } from '../platform/table.ts'
import type { Ctx } from '../workspace/index.ts'
import { changeKey, CHANGE_PREFIX, chatKey, chatPartition, itemOfChatId, messageKey, MESSAGE_PREFIX, sentKey } from './keys.ts'
import { messageOfRow, rowOfMessage, type Message } from './message.ts'

/** The item of a chat, exactly as it stands. Throws 404 where there is no such chat or the actor may not read the item: both answer the same (CHT-8, ACC-9). */
export async function loadChatItem(ctx: Ctx, chatId: string): Promise<Item & { chatId: string }> {
  const ref = itemOfChatId(chatId)
  const [item] = ref ? await readableItems(ctx, [ref]) : []
  if (item?.chatId !== chatId) throw notFound('chat')
  return { ...item, chatId }
}

/** What a chat's own row knows. */
export interface Log {
  readonly lastNumber: number
  /** How many changes of messages there were: edits, deletions, reactions. */
  readonly lastChange: number
  /** The number of somebody's last message in it; 0 for who never wrote. */
  lastNumberOf(authorId: string): number
}

/** How far a chat has come, by its row; of a chat that is not there, nothing has been said. */
export function logOfRow(row: Row | undefined): Log {
  return { lastNumber: Number(row?.['lastNumber'] ?? 0), lastChange: Number(row?.['lastChange'] ?? 0), lastNumberOf: (authorId) => Number(row?.[lastBy(authorId)] ?? 0) }
}

/** The attribute that keeps an author's last number. */
export function lastBy(authorId: string): string {
  return `by:${authorId}`
}

/** How far a chat has come, as it stands now. */
export async function readLog(table: Table, chatId: string): Promise<Log> {
  return logOfRow(await table.get(chatKey(chatId), { consistent: true }))
}

/** The messages after a number, in their order; `ended` says that there are no more. */
export async function readMessages(table: Table, chatId: string, after: number, limit: number): Promise<{ messages: Message[]; ended: boolean }> {
  const { rows, ended } = await table.query({ partition: chatPartition(chatId), beginsWith: MESSAGE_PREFIX, after: messageKey(chatId, after).sk, limit, consistent: true })
  return { messages: rows.map(messageOfRow), ended }
}

/**
 * The messages that were changed after a change, each once and as it stands, in the order of the changes; `limit` changes at most. `lastChange` is how far this reaches:
 * what is changed later has a higher count and comes with the next asking.
 */
export async function readChanges(table: Table, chatId: string, after: number, limit: number): Promise<{ messages: Message[]; lastChange: number; ended: boolean }> {
  const found = await table.query({ partition: chatPartition(chatId), beginsWith: CHANGE_PREFIX, after: changeKey(chatId, after).sk, limit: limit + 1, consistent: true })
  const rows = found.rows.slice(0, limit)
  const messages = await table.getMany(rows.map((row) => messageKey(chatId, Number(row['number']))), { consistent: true })
  const lastChange = Number(rows.at(-1)?.['change'] ?? after)
  return { messages: messages.map(messageOfRow).toSorted((a, b) => (a.change ?? 0) - (b.change ?? 0)), lastChange, ended: found.rows.length === rows.length }
}

/** What an author has sent already under an id of their client's (30 days); undefined for something new. */
export async function findSent(table: Table, chatId: string, authorId: string, clientId: string): Promise<Message | undefined> {
  const sent = await table.get(sentKey(chatId, authorId, clientId), { consistent: true })
  return sent && findMessage(table, chatId, Number(sent['number']))
}

async function findMessage(table: Table, chatId: string, number: number): Promise<Message | undefined> {
  const row = await table.get(messageKey(chatId, number), { consistent: true })
  return row && messageOfRow(row)
}

const MOST_TRIES = 30

/**
 * Changes a message as it stands, again when somebody else was faster. `change` gives undefined when nothing is to be stored.
 * The change is counted in the chat and kept under its count, in the same transaction: who was away asks for changes as for messages (CHT-7).
 */
export async function changeMessage(ctx: Ctx, chatId: string, number: number, change: (before: Message, item: Item) => Message | undefined): Promise<{ item: Item; message: Message; changed: boolean }> {
  return tryUntilStored({ tries: MOST_TRIES, busy: chatIsBusy }, async () => {
    const [item, log, before] = await Promise.all([loadChatItem(ctx, chatId), readLog(ctx.table, chatId), findMessage(ctx.table, chatId, number)])
    if (!before) throw notFound('message')
    const after = change(before, item)
    if (!after) return { item, message: before, changed: false }
    const message = { ...after, change: log.lastChange + 1, version: before.version + 1 }
    await ctx.table.write(
      { put: rowOfMessage(message), if: { equals: { version: before.version } } },
      { update: chatKey(chatId), set: { lastChange: message.change }, if: log.lastChange === 0 ? { without: ['lastChange'] } : { equals: { lastChange: log.lastChange } } },
      { put: { ...changeKey(chatId, message.change), kind: 'chatChange', change: message.change, number }, if: { absent: true } },
    )
    return { item, message, changed: true }
  })
}

/** 409 `chat.busy`: the others were faster each time. Nothing was stored, and the client may send it again. */
export function chatIsBusy(): Problem {
  return new Problem('conflict', 'chat.busy', 'Too many others are writing at the same time. Try again.')
}
