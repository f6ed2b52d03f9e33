import * as z from 'zod'

/** What has become of a mail that we sent, as SES tells it: events come twice and in any order. Times are ISO 8601. */
export type MailEvent = {
  /** The id that SES gave to the mail: the first part of its Message-ID. */
  readonly sesMessageId: string
  /** As they were given when the mail was sent. */
  readonly tags: Readonly<Record<string, readonly string[]>>
} & (
  | { readonly kind: 'sent' }
  | { readonly kind: 'delivered'; readonly at: string }
  /** `forGood`: the address takes no mail at all, now or later. */
  | { readonly kind: 'bounced'; readonly at: string; readonly forGood: boolean; readonly addresses: readonly string[]; readonly detail: string }
  | { readonly kind: 'complained'; readonly at: string; readonly addresses: readonly string[]; readonly detail: string | undefined }
  /** Taken at first, and not sent in the end. */
  | { readonly kind: 'refused'; readonly reason: string }
)

/** Gives the event in a queue message, or undefined for SES's greeting to a topic, which tells of no mail. Throws for everything else. */
export function mailEventIn(body: string): MailEvent | undefined {
  const value = parsed(body)
  if (Greeting.safeParse(value).success) return undefined
  const event = SesEvent.parse(value)
  const mail = { sesMessageId: event.mail.messageId, tags: event.mail.tags }
  switch (event.eventType) {
    case 'Send':
      return { ...mail, kind: 'sent' }
    case 'Delivery':
      return { ...mail, kind: 'delivered', at: event.delivery.timestamp }
    case 'Bounce': {
      const { bounceType, bouncedRecipients, timestamp } = event.bounce
      return { ...mail, kind: 'bounced', at: timestamp, forGood: bounceType === 'Permanent', addresses: addressesOf(bouncedRecipients), detail: bouncedRecipients[0]?.diagnosticCode ?? bounceType }
    }
    case 'Complaint':
      return { ...mail, kind: 'complained', at: event.complaint.timestamp, addresses: addressesOf(event.complaint.complainedRecipients), detail: event.complaint.complaintFeedbackType ?? undefined }
    case 'Reject':
      return { ...mail, kind: 'refused', reason: event.reject.reason }
  }
}

const mail = z.object({ messageId: z.string().regex(/^[A-Za-z0-9_-]{1,200}$/), tags: z.record(z.string(), z.array(z.string())).default({}) })
const people = z.array(z.object({ emailAddress: z.string(), diagnosticCode: z.string().optional() }))

/** What SES publishes, as far as we read it. SES may add fields at any time. */
const SesEvent = z.discriminatedUnion('eventType', [
  z.object({ eventType: z.literal('Send'), mail }),
  z.object({ eventType: z.literal('Delivery'), mail, delivery: z.object({ timestamp: z.string() }) }),
  z.object({ eventType: z.literal('Bounce'), mail, bounce: z.object({ bounceType: z.string(), bouncedRecipients: people, timestamp: z.string() }) }),
  z.object({ eventType: z.literal('Complaint'), mail, complaint: z.object({ complainedRecipients: people, timestamp: z.string(), complaintFeedbackType: z.string().nullish() }) }),
  z.object({ eventType: z.literal('Reject'), mail, reject: z.object({ reason: z.string() }) }),
])

/** SES tries a topic with this when it is first connected. */
const Greeting = z.object({ notificationType: z.literal('AmazonSnsSubscriptionSucceeded') })

function addressesOf(recipients: z.output<typeof people>): string[] {
  return recipients.map(({ emailAddress }) => emailAddress)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // SES's greeting to a configuration set's topic is a sentence.
    return text.startsWith('Successfully validated SNS topic') ? { notificationType: 'AmazonSnsSubscriptionSucceeded' } : undefined
  }
}
