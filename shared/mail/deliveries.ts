import * as z from 'zod'
import { bytesOf, type Blobs } from '../platform/blobs.ts'
import { noticeObject, outcomeObject } from './keys.ts'
import { Notice } from './notice.ts'

/** What is remembered of a delivery that is not settled yet. */
const Attempts = z.object({
  notice: Notice.optional(),
  /** How often the mail was begun to be read and not read to the end. One that breaks the reader every time is kept unparsed. */
  readings: z.number().default(0),
})
export type Attempts = z.infer<typeof Attempts>

/** What became of a delivery. It lies apart from the attempts: one that is late must not take the outcome away that another has stored meanwhile. */
const Outcome = z.object({
  /** The message that it became. */
  messageId: z.string(),
  /** Undefined as long as only the sweep has seen the mail. */
  notice: Notice.optional(),
})
export type Outcome = z.infer<typeof Outcome>

const MOST_RECORD_BYTES = 1024 * 1024

export async function loadAttempts(blobs: Blobs, sesMessageId: string): Promise<Attempts | undefined> {
  return loadRecord(blobs, noticeObject(sesMessageId), Attempts)
}

export async function saveAttempts(blobs: Blobs, sesMessageId: string, attempts: Attempts): Promise<void> {
  await blobs.put(noticeObject(sesMessageId), JSON.stringify(attempts), 'application/json')
}

export async function loadOutcome(blobs: Blobs, sesMessageId: string): Promise<Outcome | undefined> {
  return loadRecord(blobs, outcomeObject(sesMessageId), Outcome)
}

export async function saveOutcome(blobs: Blobs, sesMessageId: string, outcome: Outcome): Promise<void> {
  await blobs.put(outcomeObject(sesMessageId), JSON.stringify(outcome), 'application/json')
}

async function loadRecord<T>(blobs: Blobs, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const stored = await blobs.open(key)
  return stored && schema.parse(JSON.parse((await bytesOf(stored, MOST_RECORD_BYTES)).toString()))
}
