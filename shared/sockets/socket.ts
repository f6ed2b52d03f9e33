import type { Push } from '../platform/push.ts'
import type { Row } from '../platform/table.ts'
import type { Afterwards } from '../workspace/index.ts'
import { UNTIL } from './keys.ts'

/** One connection of a signed-in user. */
export interface Socket {
  readonly connectionId: string
  readonly userId: string
  /** Seconds since 1970 at which the token ends that it was opened with. */
  readonly until: number
}

/** What reaching connected clients takes. */
export interface SocketPorts extends Afterwards {
  readonly push: Push
}

export function socketOfRow(row: Row): Socket {
  const cut = row.sk.indexOf('#')
  return { userId: row.sk.slice(0, cut), connectionId: row.sk.slice(cut + 1), until: Number(row[UNTIL]) }
}

export function tokenHasEnded(socket: Socket, now: Date): boolean {
  return socket.until * 1000 <= now.getTime()
}
