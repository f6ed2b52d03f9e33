import { skippedOf, sum, type Mailing } from './mailing.ts'
import type { MailingView } from './schema.ts'

/** A mailing as the API shows it (BLK-4). Of a cancelled one, what was still waiting is skipped. */
export function mailingView(mailing: Mailing): MailingView {
  const { id, status, templateId, subject, type, senderId, createdAt, endedAt, note } = mailing
  const tally = sum(mailing.done, mailing.current)
  const waiting = Math.max(0, mailing.total - tally.sent - tally.failed - tally.unknown - skippedOf(tally))
  const cancelled = status === 'cancelled' ? waiting : 0
  return {
    id,
    status,
    counts: { queued: waiting - cancelled, sent: tally.sent, failed: tally.failed, skipped: skippedOf(tally) + cancelled, unknown: tally.unknown },
    skipped: { ...tally.skipped, ...(cancelled > 0 ? { cancelled } : {}) },
    templateId,
    subject,
    type,
    senderId,
    createdAt,
    endedAt,
    note,
  }
}
