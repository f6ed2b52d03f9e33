/** Builders of raw mails and of what is known about them. */
import { EMPTY_LETTER, type Letter, type Person } from '../../../shared/mail/letter.ts'
import type { Delivery, Verdicts } from '../../../shared/mail/notice.ts'

export const PASSED: Verdicts = { spam: 'PASS', virus: 'PASS', spf: 'PASS', dkim: 'PASS', dmarc: 'PASS' }

export const person = (address: string, name = ''): Person => ({ name, address })

export function aLetter(letter: Partial<Letter> = {}): Letter {
  const text = letter.text ?? letter.ownWords ?? ''
  return { ...EMPTY_LETTER, text, ownWords: text, ...letter }
}

export function aDelivery(delivery: Partial<Delivery> = {}): Delivery {
  return { sesMessageId: 'ses1', receivedAt: '2026-03-01T10:00:00.000Z', source: 'sam@leadline.example', recipients: ['crm@leadline.example'], verdicts: PASSED, signedBy: [], ...delivery }
}

export interface RawParts {
  readonly from?: string
  readonly to?: string
  readonly cc?: string
  readonly subject?: string
  readonly messageId?: string
  readonly body?: string
  /** Further header lines. */
  readonly headers?: readonly string[]
}

/** A plain mail, as an employee might send it. Lines end as SMTP wants them. */
export function aRawMail({ from = 'Sam <sam@leadline.example>', to = 'buyer@example.org', cc = 'crm@leadline.example', subject = 'Offer', messageId = `${Math.random()}@leadline.example`, body = 'Hello', headers = [] }: RawParts = {}): string {
  const lines = [`From: ${from}`, `To: ${to}`, ...(cc === '' ? [] : [`Cc: ${cc}`]), `Subject: ${subject}`, `Date: Sun, 01 Mar 2026 09:59:00 +0000`, `Message-ID: <${messageId}>`, ...headers, 'MIME-Version: 1.0']
  return `${[...lines, ...(headers.some((line) => /^content-type:/i.test(line)) ? [] : ['Content-Type: text/plain; charset=utf-8'])].join('\r\n')}\r\n\r\n${body.replaceAll(/\r?\n/g, '\r\n')}\r\n`
}
