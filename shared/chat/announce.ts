import { may, rightsOf } from '../access/index.ts'
import type { Item } from '../items/index.ts'
import { pushToUsers, type PushedEvent, type SocketPorts } from '../sockets/index.ts'
import type { Ctx, Workspace } from '../workspace/index.ts'

/** Of these people those who may read the item as it was read: nobody else hears of anything in its chat (CHT-8). */
export function readersAmong(workspace: Workspace, item: Item, userIds: readonly string[]): string[] {
  return [...new Set(userIds)].filter((userId) => may(rightsOf(workspace, userId), 'read', item))
}

/** Tells the members of a chat, but for whoever needs no telling, once everything is stored. `item` is as the use case read it, in the same try as it wrote. */
export function announce({ workspace, push, afterwards }: Ctx & SocketPorts, item: Item, events: readonly PushedEvent[], but?: string): void {
  const listeners = readersAmong(workspace, item, item.chatMemberIds).filter((userId) => userId !== but)
  afterwards((table) => pushToUsers(push, table, listeners, ...events))
}
