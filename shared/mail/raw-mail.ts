import type { OpenBlob } from '../platform/blobs.ts'
import { readHeadersApart, readLetterApart } from './reader.ts'
import type { Reading } from './read-letter.ts'
import { createDigest, messageIdOf, MOST_TRACE_BYTES, traceBlockOf, type TraceBlock } from './trace-block.ts'

/** A raw mail as far as its bytes tell. */
export interface RawMail extends Reading {
  readonly id: string
  /** What SES wrote above it. */
  readonly block: TraceBlock
}

/** Reads a raw mail whole. Its bytes are given away: they are in nobody's hands afterwards. */
export async function readRaw(raw: Buffer<ArrayBuffer>, sesMessageId: string): Promise<RawMail> {
  const block = traceBlockOf(raw, sesMessageId)
  return { id: messageIdOf(raw, block), block, ...(await readLetterApart(raw, block.end)) }
}

/** For a mail that must not be held in memory or read whole: its name, and what the beginning of its headers says. */
export async function identifyUnread(raw: OpenBlob, sesMessageId: string, reason: string): Promise<RawMail> {
  const digest = createDigest(sesMessageId)
  const head: Uint8Array[] = []
  let length = 0
  for await (const chunk of raw.chunks()) {
    digest.add(chunk)
    if (length < MOST_TRACE_BYTES) head.push(chunk)
    length += chunk.length
  }
  const beginning = Buffer.concat(head)
  const block = traceBlockOf(beginning, sesMessageId)
  return { id: digest.messageId(), block, ...(await readHeadersApart(beginning.subarray(block.end), reason)) }
}

/** All of a stored mail, in one piece of memory of just its size. Throws when there are more bytes than were announced. */
export async function wholeOf(raw: OpenBlob): Promise<Buffer<ArrayBuffer>> {
  const whole = Buffer.from(new ArrayBuffer(raw.size))
  let length = 0
  for await (const chunk of raw.chunks()) {
    whole.set(chunk, length)
    length += chunk.length
  }
  return whole.subarray(0, length)
}

/** Enough of a raw mail to hold what SES wrote above it. */
export async function beginningOf(raw: OpenBlob): Promise<Buffer> {
  const head: Uint8Array[] = []
  let length = 0
  for await (const chunk of raw.chunks()) {
    head.push(chunk)
    length += chunk.length
    if (length >= MOST_TRACE_BYTES) break
  }
  return Buffer.concat(head)
}
