import { ConditionFailed, type Table } from '../platform/table.ts'
import type { OrderedQueue } from '../platform/queue.ts'
import { IDLE_MINUTES, IN_LINE_MINUTES } from './limits.ts'
import { mailingOfRow } from './mailing.ts'
import { RUNNING } from './keys.ts'
import { TURNS } from './ports.ts'
import { mailingWrite } from './repository.ts'

const MOST_AT_ONCE = 100

/** Wakes mailings that run and that nobody works on: their wake-up was lost, or nothing could be sent for a while (BLK-4). */
export async function resumeMailings(table: Table, queue: OrderedQueue, now: Date): Promise<{ resumed: number }> {
  const seconds = Math.floor(now.getTime() / 1000)
  const { rows } = await table.query({ index: 'due', partition: RUNNING, before: seconds, limit: MOST_AT_ONCE })
  let resumed = 0
  for (const row of await table.getMany(rows.map(({ pk, sk }) => ({ pk, sk })), { consistent: true })) {
    const mailing = mailingOfRow(row)
    if (mailing.settled || mailing.dueAt > seconds) continue
    const isIdle = mailing.turnUntil < now.getTime()
    if (isIdle) {
      await queue.send(TURNS, { mailingId: mailing.id })
      resumed += 1
    }
    await table.write(mailingWrite(mailing, { dueAt: seconds + (isIdle ? IN_LINE_MINUTES : IDLE_MINUTES) * 60 }).write).catch((error: unknown) => {
      // Changed meanwhile, so somebody works on it; it is looked at again next time.
      if (!(error instanceof ConditionFailed)) throw error
    })
  }
  return { resumed }
}
