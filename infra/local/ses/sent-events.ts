import { randomUUID } from 'node:crypto'
import type { Caller, Host } from '../contract.ts'
import { commonHeaders, domainOf, headersForNotice, mailboxes, readHeaders } from './mail-headers.ts'
import type { SentMail } from './sent-mail.ts'

export type SentEventType = 'Send' | 'Delivery' | 'Bounce' | 'Complaint'

/** One event of a configuration set in the JSON that SES publishes. */
export interface SentEvent {
  readonly eventType: SentEventType
  readonly [part: string]: unknown
}

/**
 * What becomes of a message: it is sent, then delivered to each recipient, unless an address of SES's mailbox simulator asks for
 * another fate (`bounce@`, `complaint@`, `suppressionlist@simulator.amazonses.com`, each also with a `+label`).
 */
export function sentEvents(host: Host, mail: SentMail, action: string, caller: Caller): SentEvent[] {
  const described = describe(host, mail, action, caller)
  const delivered = { ...described, tags: { ...described.tags, 'ses:outgoing-ip': ['127.0.0.1'] } }
  const timestamp = mail.at.toISOString()
  return [
    { eventType: 'Send', mail: described, send: {} },
    ...mail.destinations.flatMap((recipient): SentEvent[] => {
      const fate = simulatorFate(recipient)
      if (fate === 'bounce' || fate === 'suppressionlist') return [{ eventType: 'Bounce', bounce: bounce(fate, recipient, timestamp), mail: described }]
      const delivery = { timestamp, processingTimeMillis: 1, recipients: [recipient], smtpResponse: '250 2.0.0 Ok', reportingMTA: 'local.amazonses.com' }
      const events: SentEvent[] = [{ eventType: 'Delivery', mail: delivered, delivery }]
      if (fate === 'complaint') events.push({ eventType: 'Complaint', complaint: complaint(recipient, timestamp), mail: described })
      return events
    }),
  ]
}

function describe(host: Host, mail: SentMail, action: string, caller: Caller) {
  const headers = readHeaders(mail.raw)
  const sender = mailboxes(mail.source)[0]?.address ?? mail.source
  const own: Record<string, string[]> = {}
  for (const { name, value } of mail.tags) (own[name] ??= []).push(value)
  return {
    timestamp: mail.at.toISOString(),
    source: mail.source,
    sourceArn: `arn:aws:ses:${host.region}:${host.accountId}:identity/${domainOf(sender)}`,
    sendingAccountId: host.accountId,
    messageId: mail.messageId,
    destination: mail.destinations,
    ...headersForNotice(headers),
    commonHeaders: { ...commonHeaders(headers), messageId: mail.messageId },
    tags: {
      'ses:operation': [action],
      'ses:configuration-set': [mail.configurationSet ?? ''],
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [domainOf(sender)],
      'ses:caller-identity': [caller.kind === 'function' ? caller.functionName : caller.kind],
      ...own,
    },
  }
}

function bounce(fate: 'bounce' | 'suppressionlist', emailAddress: string, timestamp: string): unknown {
  const isSuppressed = fate === 'suppressionlist'
  const diagnosticCode = isSuppressed
    ? 'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.'
    : 'smtp; 550 5.1.1 user unknown'
  return {
    bounceType: 'Permanent',
    bounceSubType: isSuppressed ? 'Suppressed' : 'General',
    bouncedRecipients: [{ emailAddress, action: 'failed', status: '5.1.1', diagnosticCode }],
    timestamp,
    feedbackId: `${randomUUID()}-000000`,
    reportingMTA: isSuppressed ? 'dns; amazonses.com' : 'dsn; local.amazonses.com',
  }
}

function complaint(emailAddress: string, timestamp: string): unknown {
  return {
    complainedRecipients: [{ emailAddress }],
    complaintSubType: null,
    timestamp,
    feedbackId: `${randomUUID()}-000000`,
    userAgent: 'Amazon SES Mailbox Simulator',
    complaintFeedbackType: 'abuse',
    arrivalDate: timestamp,
  }
}

function simulatorFate(recipient: string): string | undefined {
  return /^([a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(recipient)?.[1]?.toLowerCase()
}
