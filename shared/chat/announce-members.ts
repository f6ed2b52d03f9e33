import type { Item } from '../items/index.ts'
import type { Push } from '../platform/push.ts'
import type { Table } from '../platform/table.ts'
import { pushToUsers } from '../sockets/index.ts'
import type { Workspace } from '../workspace/index.ts'
import { readersAmong } from './announce.ts'

/** Tells the members of an item's chat, and those who were, who is in it now. `version` is the item's: of two such events the higher one is the newer. */
export async function announceMembers({ workspace, table, push }: { workspace: Workspace; table: Table; push: Push }, item: Item, formerIds: readonly string[]): Promise<void> {
  if (item.chatId === undefined || item.deletedAt !== undefined) return
  await pushToUsers(push, table, readersAmong(workspace, item, [...item.chatMemberIds, ...formerIds]), { event: 'chat.members', chatId: item.chatId, memberIds: item.chatMemberIds, version: item.version })
}
