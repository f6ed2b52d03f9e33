import { commonHeaders, fitting, headerAddresses, headersForNotice, readHeaders } from './mail-headers.ts'
import type { ReceivedMail } from './received-mail.ts'
import type { ReceiptRule } from './receipt-rules.ts'
import { traceHeaders } from './trace-headers.ts'

export interface NoticeMail {
  readonly mail: unknown
  readonly receipt: Readonly<Record<string, unknown>>
}

/** The `mail` and `receipt` parts of what SES tells of a received message, before an action adds itself to the receipt. */
export function noticeParts(mail: ReceivedMail, rule: ReceiptRule, region: string, now: Date): NoticeMail {
  const { verdicts, envelope, receivedAt } = mail
  const headers = [...readHeaders(Buffer.from(traceHeaders(mail, region, rule.scans))), ...mail.headers]
  return {
    mail: {
      timestamp: receivedAt.toISOString(),
      source: envelope.source,
      messageId: mail.messageId,
      destination: fitting(headerAddresses(mail.headers, 'to', 'cc')),
      ...headersForNotice(headers),
      commonHeaders: commonHeaders(headers),
    },
    receipt: {
      timestamp: receivedAt.toISOString(),
      processingTimeMillis: Math.max(0, now.getTime() - receivedAt.getTime()),
      recipients: envelope.recipients.filter((recipient) => rule.takes(recipient)),
      spamVerdict: { status: rule.scans ? verdicts.spam : 'DISABLED' },
      virusVerdict: { status: rule.scans ? verdicts.virus : 'DISABLED' },
      spfVerdict: { status: verdicts.spf },
      dkimVerdict: { status: verdicts.dkim },
      dmarcVerdict: { status: verdicts.dmarc },
      ...(verdicts.dmarc === 'FAIL' && { dmarcPolicy: verdicts.dmarcPolicy }),
    },
  }
}

/** The JSON that goes to an action's topic. */
export function receivedNotice({ mail, receipt }: NoticeMail, action: Readonly<Record<string, unknown>>, content?: string): string {
  return JSON.stringify({ notificationType: 'Received', mail, receipt: { ...receipt, action }, ...(content !== undefined && { content }) })
}
