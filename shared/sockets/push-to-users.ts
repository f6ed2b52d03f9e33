import type { Push } from '../platform/push.ts'
import type { Table } from '../platform/table.ts'
import { closeSocket } from './open-socket.ts'
import { tokenHasEnded, type Socket } from './socket.ts'
import { socketsOf } from './sockets-of.ts'

/** What a server tells a client unasked; `event` says what it is. */
export interface PushedEvent {
  readonly event: string
  readonly [field: string]: unknown
}

/**
 * Sends an event to every socket of these users. Best effort: what is stored is the truth, and a client that missed an event asks for it.
 * A failure of one delivery stops no other; all failures are thrown together at the end.
 */
export async function pushToUsers(push: Push, table: Table, userIds: readonly string[], event: PushedEvent): Promise<void> {
  await pushToSockets(push, table, await socketsOf(table, userIds), event)
}

/** Gives the sockets that are gone. */
export async function pushToSockets(push: Push, table: Table, sockets: readonly Socket[], event: PushedEvent): Promise<Socket[]> {
  const message = JSON.stringify(event)
  const now = new Date()
  const gone: Socket[] = []
  const failures: unknown[] = []
  const left = sockets.values()
  // As many at a time as go out at a time: thousands of deliveries that wait in memory take longer to keep than to make.
  const lane = async (): Promise<void> => {
    for (const socket of left) {
      try {
        if ((await deliver(push, table, socket, message, now)) === 'gone') gone.push(socket)
      } catch (problem) {
        failures.push(problem)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(LANES, sockets.length) }, lane))
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${sockets.length} deliveries failed.`)
  return gone
}

const LANES = 64

async function deliver(push: Push, table: Table, socket: Socket, message: string, now: Date): Promise<'sent' | 'gone'> {
  // A token that has ended ends its connection: nothing reaches it any more (CHT-8).
  if (tokenHasEnded(socket, now)) await push.close(socket.connectionId)
  else if (await push.send(socket.connectionId, message)) return 'sent'
  await closeSocket(table, socket)
  return 'gone'
}
