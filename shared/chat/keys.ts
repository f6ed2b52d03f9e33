import type { ItemRef } from '../items/index.ts'
import type { Key } from '../platform/table.ts'

const NUMBER_DIGITS = 12

/** The chat: which item it belongs to, the number of its last message, and how many changes of messages there were. */
export function chatKey(chatId: string): Key {
  return { pk: chatPartition(chatId), sk: 'CHAT' }
}

export function chatPartition(chatId: string): string {
  return `CHAT#${chatId}`
}

/** Messages lie in the order of their numbers. */
export function messageKey(chatId: string, number: number): Key {
  return { pk: chatPartition(chatId), sk: `${MESSAGE_PREFIX}${String(number).padStart(NUMBER_DIGITS, '0')}` }
}

export const MESSAGE_PREFIX = 'N#'

/** Which message was changed by the chat's n-th change (an edit, a deletion, a reaction): what a client that was away asks for. */
export function changeKey(chatId: string, change: number): Key {
  return { pk: chatPartition(chatId), sk: `${CHANGE_PREFIX}${String(change).padStart(NUMBER_DIGITS, '0')}` }
}

export const CHANGE_PREFIX = 'E#'

/** Which message an author sent under an id of their client's making: sending again finds it. */
export function sentKey(chatId: string, authorId: string, clientId: string): Key {
  return { pk: chatPartition(chatId), sk: `C#${authorId}#${clientId}` }
}

/** The id of a new chat names its item, so that whoever has it can read both at the same time. */
export function chatIdFor({ type, id }: ItemRef, random: string): string {
  return `cht_${type}-${id}-${random}`
}

/** The item that a chat's id names; undefined for what is no such id. */
export function itemOfChatId(chatId: string): ItemRef | undefined {
  const [, type, id] = /^cht_([a-z][a-z0-9_]{0,39})-([1-9]\d{0,14})-[0-9a-z]{16}$/.exec(chatId) ?? []
  return type === undefined || id === undefined ? undefined : { type, id: Number(id) }
}
