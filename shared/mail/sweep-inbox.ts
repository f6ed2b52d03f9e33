import { loadAttempts } from './deliveries.ts'
import type { Intake } from './intake.ts'
import { INBOX } from './keys.ts'
import { takeInMail } from './take-in-mail.ts'

/** A mail that lies so long was given up by the queue, or its notice never came. */
const OLD_MILLISECONDS = 10 * 60 * 1000
/** SES puts this into the bucket to try it when a receipt rule is made. */
const TRIAL = 'AMAZON_SES_SETUP_NOTIFICATION'

export interface Sweep {
  readonly [count: string]: number
  readonly found: number
  readonly settled: number
}

/**
 * Takes up again what was left in the inbox (SNS-6). A mail whose notice nobody has stored is quarantined: nobody vouches for it. One that fails does
 * not hold up the others; the failures are thrown together at the end. `mayGoOn` says whether there is time for another.
 */
export async function sweepInbox(intake: Intake, mayGoOn: () => boolean): Promise<Sweep> {
  const failures: unknown[] = []
  let found = 0
  for await (const { key, modifiedAt } of intake.blobs.list(INBOX)) {
    const sesMessageId = key.slice(INBOX.length)
    if (sesMessageId === '' || sesMessageId === TRIAL || intake.now().getTime() - modifiedAt.getTime() < OLD_MILLISECONDS) continue
    if (!mayGoOn()) break
    found += 1
    try {
      const record = await loadAttempts(intake.blobs, sesMessageId)
      await takeInMail(intake, { sesMessageId, notice: record?.notice, again: true })
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${found} mails could not be taken in.`)
  return { found, settled: found }
}
