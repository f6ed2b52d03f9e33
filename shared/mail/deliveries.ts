import * as z from 'zod'
import { bytesOf, type Blobs } from '../platform/blobs.ts'
import { noticeObject } from './keys.ts'
import { Notice } from './notice.ts'

/** What is remembered of one delivery beside the table: its notice, and what became of it. */
const DeliveryRecord = z.object({
  notice: Notice.optional(),
  /** How often the mail was begun to be read and not read to the end. One that breaks the reader every time is kept unparsed. */
  readings: z.number().default(0),
  /** The message that it became; from then on the delivery is settled. */
  messageId: z.string().optional(),
})
export type DeliveryRecord = z.infer<typeof DeliveryRecord>

const MOST_RECORD_BYTES = 1024 * 1024

export async function loadRecord(blobs: Blobs, sesMessageId: string): Promise<DeliveryRecord | undefined> {
  const stored = await blobs.open(noticeObject(sesMessageId))
  return stored && DeliveryRecord.parse(JSON.parse((await bytesOf(stored, MOST_RECORD_BYTES)).toString()))
}

export async function saveRecord(blobs: Blobs, sesMessageId: string, record: DeliveryRecord): Promise<void> {
  await blobs.put(noticeObject(sesMessageId), JSON.stringify(record), 'application/json')
}
