import { randomBytes, randomUUID } from 'node:crypto'
import { headerBlockEnd } from './mail-headers.ts'
import { mailDate } from './trace-headers.ts'

/** One message that SES took for sending. */
export interface SentMail {
  /** What `SendEmail` answers; the `Message-ID` header is made of it. */
  readonly messageId: string
  readonly at: Date
  /** As the caller gave it, perhaps with a name. */
  readonly source: string
  /** Every recipient, To, Cc and Bcc. */
  readonly destinations: readonly string[]
  readonly configurationSet: string | undefined
  readonly tags: readonly { readonly name: string; readonly value: string }[]
  /** As it leaves SES. */
  readonly raw: Buffer
}

/** `0102018f2a...-<uuid>-000000`: SES's ids of eu-west-1 begin with the time. */
export function newSentId(now: Date): string {
  return `0102${now.getTime().toString(16).padStart(12, '0')}-${randomUUID().slice(0, -4)}${randomBytes(2).toString('hex')}-000000`
}

/** Headers that SES takes out: it sets the first two itself, the others are instructions to it or no business of the readers. */
const takenOut = new Set([
  'message-id', 'date', 'bcc', 'return-path', 'x-ses-configuration-set', 'x-ses-message-tags', 'x-ses-source-arn', 'x-ses-from-arn', 'x-ses-return-path-arn',
])

/** The message with the headers that SES sets; the body's bytes are unchanged. */
export function asSent(raw: Buffer, messageId: string, at: Date, region: string): Buffer {
  const end = headerBlockEnd(raw)
  const fields = raw.toString('latin1', 0, end).split(/(?<=\n)(?![ \t])/)
  const kept = fields.filter((field) => !takenOut.has(field.split(':', 1)[0]?.trim().toLowerCase() ?? ''))
  const own = `Message-ID: <${messageId}@${region}.amazonses.com>\r\nDate: ${mailDate(at)}\r\n`
  return Buffer.concat([Buffer.from(own), Buffer.from(kept.join(''), 'latin1'), raw.subarray(end)])
}
