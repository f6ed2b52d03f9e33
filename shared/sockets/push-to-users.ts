import { inLanes } from '../kernel/in-lanes.ts'
import type { Push } from '../platform/push.ts'
import type { Table } from '../platform/table.ts'
import { framesOf, framesTogether, type PushedEvent } from './frames.ts'
import { closeSocket, missSocket } from './open-socket.ts'
import { tokenHasEnded, type Socket } from './socket.ts'
import { socketsOf } from './sockets-of.ts'

/**
 * Sends events, in their order, to every socket of these users. Best effort: what is stored is the truth, and a client that missed an event asks for it.
 * A failure of one delivery stops no other; all failures are thrown together at the end.
 */
export async function pushToUsers(push: Push, table: Table, userIds: readonly string[], ...events: readonly PushedEvent[]): Promise<void> {
  await pushToSockets(push, table, await socketsOf(table, userIds), ...events)
}

/** Gives the sockets that are gone. */
export async function pushToSockets(push: Push, table: Table, sockets: readonly Socket[], ...events: readonly PushedEvent[]): Promise<Socket[]> {
  const apart = framesOf(events)
  const together = framesTogether(apart)
  const now = new Date()
  const gone: Socket[] = []
  const failures: unknown[] = []
  // As many at a time as go out at a time: thousands of deliveries that wait in memory take longer to keep than to make.
  await inLanes(sockets, LANES, async (socket) => {
    try {
      if ((await deliver(push, table, socket, socket.together ? together : apart, now)) === 'gone') gone.push(socket)
    } catch (problem) {
      failures.push(problem)
    }
  })
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${sockets.length} deliveries failed.`)
  return gone
}

const LANES = 64

async function deliver(push: Push, table: Table, socket: Socket, frames: readonly string[], now: Date): Promise<'sent' | 'gone'> {
  if (tokenHasEnded(socket, now)) {
    // Its connection ends with it: nothing reaches it any more (CHT-8).
    await push.close(socket.connectionId)
    await closeSocket(table, socket)
    return 'gone'
  }
  if (await sendAll(push, socket, frames)) return 'sent'
  await missSocket(table, socket, now)
  return 'gone'
}

/** One after the other, so that they come in their order. False when the connection is gone. */
async function sendAll(push: Push, { connectionId }: Socket, frames: readonly string[]): Promise<boolean> {
  for (const frame of frames) if (!(await push.send(connectionId, frame))) return false
  return true
}
