import type { Blobs } from '../platform/blobs.ts'
import type { Mailer } from '../platform/mailer.ts'
import type { OrderedQueue } from '../platform/queue.ts'
import type { Table } from '../platform/table.ts'
import { openSessions, type Sessions } from '../workspace/index.ts'
import { createPace, type Pace } from './pace.ts'

/** What the worker of mailings works with. */
export interface Crew {
  readonly sessions: Sessions
  readonly blobs: Blobs
  readonly mailer: Mailer
  readonly queue: OrderedQueue
  readonly mailAddress: string
  /** Where the API answers, for links in mails; without a slash at its end. */
  readonly apiAddress: string
  readonly pace: Pace
  now(): Date
  /** Takes what went wrong in a turn and holds nobody up: for the log. */
  report(error: unknown): void
}

export function openCrew({ table, ...parts }: Omit<Crew, 'sessions' | 'pace' | 'now'> & { table: Table }): Crew {
  return { ...parts, sessions: openSessions(table), pace: createPace(), now: () => new Date() }
}
