import type { Intake } from './intake.ts'
import { INBOX, inboxObject } from './keys.ts'
import { noticeIn } from './notice.ts'
import { takeInMail } from './take-in-mail.ts'

/**
 * Takes in the mail that a queue message gives notice of. From the second time on the notice is stored first: should the queue give up, the
 * sweep still knows how the mail came. Throws for what is no notice of ours, so that it ends among the dead letters and not in silence.
 */
export async function receiveNotice(intake: Intake, { body, receiveCount }: { body: string; receiveCount: number }): Promise<string> {
  const notice = noticeIn(body)
  if (!notice) return 'greeting'
  const { bucketName, objectKey } = notice.receipt.action
  if (bucketName !== intake.blobs.bucket) throw new Error('The notice names another bucket than that of our mail.')
  if (!objectKey.startsWith(INBOX) || objectKey !== inboxObject(notice.mail.messageId)) throw new Error('The notice names an object that is no mail in the inbox.')
  return takeInMail(intake, { sesMessageId: notice.mail.messageId, notice, again: receiveCount > 1 })
}
