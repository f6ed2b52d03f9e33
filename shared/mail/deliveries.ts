import * as z from 'zod'
import { bytesOf, type Blobs } from '../platform/blobs.ts'
import { inboxObject, noticeObject, originalObject } from './keys.ts'
import { Notice } from './notice.ts'

/** What is remembered of a delivery that is not settled yet. */
const Attempts = z.object({
  notice: Notice.optional(),
  /** How often the mail was begun to be read and not read to the end. One that breaks the reader every time is kept unparsed. */
  readings: z.number().default(0),
})
export type Attempts = z.infer<typeof Attempts>

/** What became of a delivery, as the labels of its raw original say. */
export interface Outcome {
  /** The message that it became. */
  readonly messageId: string
  /** False as long as only the sweep has seen the mail. */
  readonly noticed: boolean
}

const MOST_RECORD_BYTES = 1024 * 1024

/** What is noted of a delivery; undefined while nothing is. */
export async function loadAttempts(blobs: Blobs, sesMessageId: string): Promise<Attempts | undefined> {
  return loadRecord(blobs, noticeObject(sesMessageId), Attempts)
}

/** Notes it, in the place of what was noted before. */
export async function saveAttempts(blobs: Blobs, sesMessageId: string, attempts: Attempts): Promise<void> {
  await blobs.put(noticeObject(sesMessageId), JSON.stringify(attempts), 'application/json')
}

/** Puts a mail where it stays, with what it becomes. False when it is not in the inbox (any more). */
export async function keepOriginal(blobs: Blobs, sesMessageId: string, outcome: Outcome): Promise<boolean> {
  return blobs.copy(inboxObject(sesMessageId), originalObject(sesMessageId), labelled(outcome))
}

/** Notes that the notice of a mail has come after all. */
export async function noteNotice(blobs: Blobs, sesMessageId: string, messageId: string): Promise<void> {
  await blobs.copy(originalObject(sesMessageId), originalObject(sesMessageId), labelled({ messageId, noticed: true }))
}

/** What the original of a mail is labelled with. While the mail still lies in the inbox, this is what it will become, not what it is. */
export async function loadOutcome(blobs: Blobs, sesMessageId: string): Promise<Outcome | undefined> {
  const { message, noticed } = (await blobs.labels(originalObject(sesMessageId))) ?? {}
  return message === undefined ? undefined : { messageId: message, noticed: noticed === 'yes' }
}

function labelled({ messageId, noticed }: Outcome): { contentType: string; labels: Record<string, string> } {
  return { contentType: 'message/rfc822', labels: { message: messageId, noticed: noticed ? 'yes' : 'no' } }
}

async function loadRecord<T>(blobs: Blobs, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const stored = await blobs.open(key)
  return stored && schema.parse(JSON.parse((await bytesOf(stored, MOST_RECORD_BYTES)).toString()))
}
