import type { Item } from '../items/index.ts'
import type { Log } from './repository.ts'

/** A chat as the API shows it (SPEC 13). */
export function chatView(item: Item & { chatId: string }, { lastNumber }: Pick<Log, 'lastNumber'>): { id: string; item: { type: string; id: number }; memberIds: readonly string[]; lastNumber: number } {
  return { id: item.chatId, item: { type: item.type, id: item.id }, memberIds: item.chatMemberIds, lastNumber }
}
