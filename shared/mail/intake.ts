import { randomId } from '../kernel/ids.ts'
import { oneAtATime } from '../kernel/one-at-a-time.ts'
import type { Blobs } from '../platform/blobs.ts'
import type { Table } from '../platform/table.ts'
import { openSessions, type Ctx, type Sessions } from '../workspace/index.ts'
import type { MailPorts } from './decide.ts'
import { MOST_RAW_BYTES_AT_ONCE } from './limits.ts'
import { createMemoryBudget, type MemoryBudget } from './memory-budget.ts'

/** What the ways into the CRM need. */
export interface Intake extends MailPorts {
  readonly sessions: Sessions
  readonly memory: MemoryBudget
  /** Mails whose reading is counted are read one after the other: should one end the function, no other is to blame. */
  readonly counted: <T>(work: () => Promise<T>) => Promise<T>
  now(): Date
}

/** A mail that comes before the company is founded founds nothing: it is kept, unsorted. */
export function openIntake({ table, blobs, mailAddress }: { table: Table; blobs: Blobs; mailAddress: string }): Intake {
  return { sessions: openSessions(table, async () => undefined), blobs, mailAddress, memory: createMemoryBudget(MOST_RAW_BYTES_AT_ONCE), counted: oneAtATime(), now: () => new Date() }
}

/** Nobody asks: the router acts for the mail, and looks at the sender's rights where they count. */
export function asRouter<T>({ sessions, blobs, mailAddress, now }: Intake, work: (ctx: Ctx & MailPorts) => Promise<T>): Promise<T> {
  return sessions.run((workspace, table) => work({ actor: { userId: '', via: 'mail' }, workspace, table, now, newId: randomId, blobs, mailAddress }))
}
