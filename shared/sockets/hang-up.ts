import type { Push } from '../platform/push.ts'
import type { Table } from '../platform/table.ts'
import { SOCKETS } from './keys.ts'
import { closeSocket } from './open-socket.ts'
import { socketOfRow, tokenHasEnded } from './socket.ts'

const SOCKETS_OF_A_PAGE = 1000

/** Ends the connections whose token has ended, and forgets them. Runs as often as it likes. */
export async function hangUp(push: Push, table: Table, now: Date): Promise<{ sockets: number; ended: number }> {
  let sockets = 0
  let ended = 0
  let after: string | undefined
  for (;;) {
    const page = await table.query({ partition: SOCKETS, limit: SOCKETS_OF_A_PAGE, ...(after === undefined ? {} : { after }) })
    const over = page.rows.map(socketOfRow).filter((socket) => tokenHasEnded(socket, now))
    for (const socket of over) {
      await push.close(socket.connectionId)
      await closeSocket(table, socket)
    }
    sockets += page.rows.length
    ended += over.length
    after = page.rows.at(-1)?.sk
    if (page.ended || after === undefined) return { sockets, ended }
  }
}
