import type { Table } from '../platform/table.ts'
import { socketKey, UNTIL } from './keys.ts'
import type { Socket } from './socket.ts'

/** From now on events of this user reach the connection. */
export async function openSocket(table: Table, { userId, connectionId, until }: Socket): Promise<void> {
  await table.write({ put: { ...socketKey(userId, connectionId), [UNTIL]: until } })
}

/** The connection is gone; what it had on screen goes by itself. */
export async function closeSocket(table: Table, { userId, connectionId }: Pick<Socket, 'userId' | 'connectionId'>): Promise<void> {
  await table.write({ delete: socketKey(userId, connectionId) })
}
