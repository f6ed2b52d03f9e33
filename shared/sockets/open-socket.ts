import { ConditionFailed, type Table } from '../platform/table.ts'
import { MISSED, socketKey } from './keys.ts'
import { socketFields, type Socket } from './socket.ts'

/** From now on events of this user reach the connection. */
export async function openSocket(table: Table, socket: Socket): Promise<void> {
  await table.write({ put: { ...socketKey(socket.userId, socket.connectionId), ...socketFields(socket) } })
}

/** The connection is gone; what it had on screen goes by itself. */
export async function closeSocket(table: Table, { userId, connectionId }: Pick<Socket, 'userId' | 'connectionId'>): Promise<void> {
  await table.write({ delete: socketKey(userId, connectionId) })
}

const MISSED_SECONDS = 5

/**
 * The connection was not there. That alone does not mean that it is gone: its row is stored while it is being made, and until the gateway has
 * it, it answers as one that is gone would. So it is forgotten when it is missed again some seconds later.
 */
export async function missSocket(table: Table, socket: Socket, now: Date): Promise<void> {
  const seconds = Math.floor(now.getTime() / 1000)
  if (socket.missedAt !== undefined && seconds - socket.missedAt >= MISSED_SECONDS) return closeSocket(table, socket)
  try {
    await table.write({ update: socketKey(socket.userId, socket.connectionId), set: { [MISSED]: seconds }, if: { exists: true, without: [MISSED] } })
  } catch (error) {
    // Closed, or missed before.
    if (!(error instanceof ConditionFailed)) throw error
  }
}
