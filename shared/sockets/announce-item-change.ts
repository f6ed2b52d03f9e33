import { may, rightsOf } from '../access/index.ts'
import type { Item } from '../items/index.ts'
import type { Push } from '../platform/push.ts'
import type { Row, Table } from '../platform/table.ts'
import type { Workspace } from '../workspace/index.ts'
import { onScreenKey, onScreenPartition } from './keys.ts'
import type { PushedEvent } from './frames.ts'
import { pushToSockets } from './push-to-users.ts'
import { socketOfRow } from './socket.ts'

const MOST_CONNECTIONS = 10_000

/** Tells of an item's change those who have it on screen and may read it as it stands now (ACC-8). */
export async function announceItemChange(at: { workspace: Workspace; table: Table; push: Push }, item: Item, event: PushedEvent): Promise<void> {
  const { rows } = await at.table.query({ partition: onScreenPartition(item.type), limit: MOST_CONNECTIONS, consistent: true })
  const shows = (row: Row): boolean => Array.isArray(row['ids']) && row['ids'].includes(item.id)
  const sockets = rows.filter(shows).map(socketOfRow).filter(({ userId }) => may(rightsOf(at.workspace, userId), 'read', item))
  const gone = await pushToSockets(at.push, at.table, sockets, event)
  await Promise.all(gone.map(({ userId, connectionId }) => at.table.write({ delete: onScreenKey(item.type, userId, connectionId) })))
}
