import type { Push } from '../platform/push.ts'
import type { Row } from '../platform/table.ts'
import type { Afterwards } from '../workspace/index.ts'
import { MISSED, TOGETHER_UNTIL, UNTIL } from './keys.ts'

/** One connection of a signed-in user. */
export interface Socket {
  readonly connectionId: string
  readonly userId: string
  /** Seconds since 1970 at which the token ends that it was opened with. */
  readonly until: number
  /** Whether its client takes several events in one message. */
  readonly together: boolean
  /** Seconds since 1970 at which it was first found not to be there. */
  readonly missedAt?: number | undefined
}

/** What reaching connected clients takes. */
export interface SocketPorts extends Afterwards {
  readonly push: Push
}

/** What a row says of its socket besides its key. */
export function socketFields({ until, together }: Pick<Socket, 'until' | 'together'>): Readonly<Record<string, number>> {
  return { [together ? TOGETHER_UNTIL : UNTIL]: until }
}

/** A connection as its row has it; who and which are in the key. */
export function socketOfRow(row: Row): Socket {
  const cut = row.sk.indexOf('#')
  return {
    userId: row.sk.slice(0, cut),
    connectionId: row.sk.slice(cut + 1),
    until: Number(row[UNTIL] ?? row[TOGETHER_UNTIL]),
    together: TOGETHER_UNTIL in row,
    missedAt: row[MISSED] === undefined ? undefined : Number(row[MISSED]),
  }
}

/** Whether the token that a connection came with is over, at this time (CHT-8). */
export function tokenHasEnded(socket: Socket, now: Date): boolean {
  return socket.until * 1000 <= now.getTime()
}
