import { inLanes } from '../kernel/in-lanes.ts'
import type { Blobs } from '../platform/blobs.ts'
import { bytesOf } from '../platform/blobs.ts'
import { attachmentObject, contentObject, traceObject } from './keys.ts'
import { EMPTY_LETTER, type Letter } from './letter.ts'
import type { Message } from './message.ts'
import type { TraceEntry } from './trace.ts'

const JSON_TYPE = 'application/json'
const FILES_AT_ONCE = 8
const MOST_CONTENT_BYTES = 8 * 1024 * 1024
const MOST_STORED_JSON_BYTES = 4 * 1024 * 1024

/** Stores what a mail holds. It is made of the mail's bytes alone, so storing it again stores the same. */
export async function storeContents(blobs: Blobs, id: string, letter: Letter, files: readonly Uint8Array[]): Promise<void> {
  const filesStored = inLanes(files, FILES_AT_ONCE, (file, number) => blobs.put(attachmentObject(id, number), file, letter.attachments[number]?.contentType ?? 'application/octet-stream'))
  await Promise.all([blobs.put(contentObject(id), JSON.stringify(letter), JSON_TYPE), filesStored])
}

/** Stores what the headers say of a mail that could not be read. What was read of the same mail, before or meanwhile, stays (SNS-6). */
export async function storeUnread(blobs: Blobs, id: string, letter: Letter): Promise<void> {
  await blobs.putNew(contentObject(id), JSON.stringify(letter), JSON_TYPE)
}

/** What a message says. Throws where it is gone, which nothing in the product does. */
export async function loadLetter(blobs: Blobs, id: string): Promise<Letter> {
  const stored = await blobs.open(contentObject(id))
  // Content is stored before the message is: without it the bucket was tampered with, and that must be seen.
  if (!stored) throw new Error(`The content of ${id} is not there.`)
  return { ...EMPTY_LETTER, ...(JSON.parse((await bytesOf(stored, MOST_CONTENT_BYTES)).toString()) as Letter) }
}

/** Stores the trace of a message whose row has no room for it. Called before the row is written, which names the version. */
export async function storeLongTrace(blobs: Blobs, message: Message): Promise<void> {
  if (message.traceCut) await blobs.put(traceObject(message.id, message.traceVersion), JSON.stringify(message.trace), JSON_TYPE)
}

/** The whole trace of a message, wherever it lies. */
export async function loadTrace(blobs: Blobs, message: Message): Promise<readonly TraceEntry[]> {
  const stored = message.traceCut ? await blobs.open(traceObject(message.id, message.traceVersion)) : undefined
  return stored ? (JSON.parse((await bytesOf(stored, MOST_STORED_JSON_BYTES)).toString()) as TraceEntry[]) : message.trace
}
