import type { Item } from '../items/index.ts'
import type { Log } from './repository.ts'

/** A chat as the API shows it. */
export function chatView(item: Item & { chatId: string }, { lastNumber, lastChange }: Pick<Log, 'lastNumber' | 'lastChange'>): { id: string; item: { type: string; id: number }; memberIds: readonly string[]; lastNumber: number; lastChange: number } {
  return { id: item.chatId, item: { type: item.type, id: item.id }, memberIds: item.chatMemberIds, lastNumber, lastChange }
}
