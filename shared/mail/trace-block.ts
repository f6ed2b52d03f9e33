import { createHash, type Hash } from 'node:crypto'
import { base32OfBytes } from '../kernel/ids.ts'
import { authenticationIn, NO_AUTHENTICATION, type Authentication } from './authentication-results.ts'

/**
 * The headers that SES writes above a mail when it stores it. Everything below is the sender's, who may have written headers of the
 * same names: only the one block at the very top, which names the id that SES gave to this very mail, is SES's.
 */
export interface TraceBlock extends Authentication {
  /** Where the sender's own bytes begin. */
  readonly end: number
}

/** SES's headers in SES's order, each at most once. Some of them depend on what the receipt rule scans. */
const ORDER = ['return-path', 'received', 'x-ses-spam-verdict', 'x-ses-virus-verdict', 'received-spf', 'authentication-results', 'x-ses-receipt', 'x-ses-dkim-signature']

/** SES's block is a few kilobytes; no more is looked at. */
export const MOST_TRACE_BYTES = 64 * 1024

const NO_BLOCK: TraceBlock = { end: 0, ...NO_AUTHENTICATION }

/** Finds SES's block at the top of a stored mail. One that cannot be told for sure is left in place: then nothing in it counts. */
export function traceBlockOf(head: Buffer, sesMessageId: string): TraceBlock {
  let end = 0
  let place = -1
  let isOurs = false
  let results = ''
  for (const field of fieldsOf(head.subarray(0, MOST_TRACE_BYTES).toString('latin1'))) {
    const name = field.slice(0, field.indexOf(':')).trim().toLowerCase()
    const next = ORDER.indexOf(name)
    if (next <= place) break
    if (name === 'received') {
      isOurs = new RegExp(`\\bby inbound-smtp\\.[a-z0-9.-]+\\s+with SMTP id ${escaped(sesMessageId)}(?![A-Za-z0-9])`).test(field)
      if (!isOurs) break
    }
    if (!isOurs && name !== 'return-path') break
    if (name === 'authentication-results') {
      if (!/^authentication-results:\s*amazonses\.com;/i.test(field)) break
      results = field
    }
    place = next
    end += field.length
  }
  if (!isOurs) return NO_BLOCK
  // What authenticates is believed only in a whole block: where SES had left its own line out, the sender could have written the next.
  const isWhole = place >= ORDER.indexOf('x-ses-receipt')
  return { end, ...(isWhole ? authenticationIn(results) : NO_AUTHENTICATION) }
}

/** The name under which a mail is stored: two deliveries of the same bytes are the same mail, whatever SES wrote above them. */
export function messageIdOf(raw: Buffer, block: TraceBlock): string {
  return named(createHash('sha256').update(raw.subarray(block.end)))
}

/** The same for a mail that is read piece by piece. */
export function createDigest(sesMessageId: string): { add(chunk: Uint8Array): void; messageId(): string } {
  const hash = createHash('sha256')
  let head: Buffer | undefined = Buffer.alloc(0)
  const begin = (): void => {
    if (head) hash.update(head.subarray(traceBlockOf(head, sesMessageId).end))
    head = undefined
  }
  return {
    add(chunk) {
      if (head === undefined) hash.update(chunk)
      else head = Buffer.concat([head, chunk])
      if (head && head.length > MOST_TRACE_BYTES) begin()
    },
    messageId() {
      begin()
      return named(hash)
    },
  }
}

function named(hash: Hash): string {
  return `msg_${base32OfBytes(hash.digest())}`
}

/** Header fields with their folded lines and line ends. */
function* fieldsOf(text: string): Generator<string> {
  let from = 0
  while (from < text.length) {
    let end = text.indexOf('\n', from) + 1
    while (end > 0 && (text[end] === ' ' || text[end] === '\t')) end = text.indexOf('\n', end) + 1
    if (end === 0) return
    const field = text.slice(from, end)
    if (!/^[!-9;-~]+:/.test(field)) return
    yield field
    from = end
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, (sign) => `\\${sign}`)
}
