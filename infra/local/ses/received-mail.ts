import { randomBytes } from 'node:crypto'
import { readHeaders } from './mail-headers.ts'
import type { MailHeader } from './mail-headers.ts'
import { verdictsOf } from './verdicts.ts'
import type { Verdicts } from './verdicts.ts'

/** What the SMTP conversation told. */
export interface Envelope {
  /** MAIL FROM; empty for a bounce. */
  readonly source: string
  /** RCPT TO, those that a rule takes. */
  readonly recipients: readonly string[]
  readonly remoteAddress: string
  readonly helo: string
}

export interface ReceivedMail {
  readonly messageId: string
  readonly receivedAt: Date
  readonly envelope: Envelope
  readonly raw: Buffer
  readonly headers: readonly MailHeader[]
  readonly verdicts: Verdicts
}

export function receivedMail(messageId: string, receivedAt: Date, envelope: Envelope, raw: Buffer): ReceivedMail {
  const headers = readHeaders(raw)
  return { messageId, receivedAt, envelope, raw, headers, verdicts: verdictsOf(headers) }
}

const alphabet = '0123456789abcdefghijklmnopqrstuv'

/** Forty letters and digits, such as `4q8pbe8n9tu1bjvj0mrj1hdsq8pphi5ln5qe1ng1`. */
export function newReceivedId(): string {
  return Array.from(randomBytes(40), (byte) => alphabet[byte % 32]).join('')
}
