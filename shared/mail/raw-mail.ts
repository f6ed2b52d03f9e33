import type { OpenBlob } from '../platform/blobs.ts'
import type { Reading } from './read-letter.ts'
import { createDigest, messageIdOf, MOST_TRACE_BYTES, traceBlockOf, type TraceBlock } from './trace-block.ts'

/** A raw mail as far as its bytes tell. */
export interface RawMail extends Reading {
  readonly id: string
  /** What SES wrote above it. */
  readonly block: TraceBlock
}

// The readers bring two large packages along, which nothing but reading needs.
const readers = () => import('./read-letter.ts')

export async function readRaw(raw: Buffer, sesMessageId: string): Promise<RawMail> {
  const block = traceBlockOf(raw, sesMessageId)
  const { readLetter } = await readers()
  return { id: messageIdOf(raw, block), block, ...(await readLetter(raw.subarray(block.end))) }
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
  const { readHeadersAlone } = await readers()
  return { id: digest.messageId(), block, ...(await readHeadersAlone(beginning.subarray(block.end), reason)) }
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
