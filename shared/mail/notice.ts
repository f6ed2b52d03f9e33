import * as z from 'zod'

/** What SES's check of a mail came to. PROCESSING_FAILED stands for anything that we do not know: it passes nothing. */
export const VERDICTS = ['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED', 'DISABLED'] as const
export type Verdict = (typeof VERDICTS)[number]

export interface Verdicts {
  readonly spam: Verdict
  readonly virus: Verdict
  readonly spf: Verdict
  readonly dkim: Verdict
  readonly dmarc: Verdict
}

/** How a mail came: what the receiving server says of it, which no sender can write. */
export interface Delivery {
  /** The id that SES gave to this delivery; the same mail sent twice has two. */
  readonly sesMessageId: string
  /** ISO 8601. */
  readonly receivedAt: string
  /** The envelope's sender; empty for a bounce. */
  readonly source: string
  /** The envelope's recipients that are ours. */
  readonly recipients: readonly string[]
  /** Null when the notice of it was lost: then nobody vouches for the mail. */
  readonly verdicts: Verdicts | null
  /** Domains whose signature on the mail was found good. */
  readonly signedBy: readonly string[]
  /** The domain of the From header as SES read it. */
  readonly fromDomain?: string
}

const Status = z.object({ status: z.enum(VERDICTS).catch('PROCESSING_FAILED') }).catch({ status: 'PROCESSING_FAILED' })

/** SES's notice of a mail that a receipt rule has stored in S3. SES may add fields at any time. */
export const Notice = z.object({
  notificationType: z.literal('Received'),
  mail: z.object({ timestamp: z.iso.datetime({ offset: true }), source: z.string().max(1000), messageId: z.string().regex(/^[A-Za-z0-9_-]{1,200}$/) }),
  receipt: z.object({
    recipients: z.array(z.string().max(1000)).max(1000),
    spamVerdict: Status,
    virusVerdict: Status,
    spfVerdict: Status,
    dkimVerdict: Status,
    dmarcVerdict: Status,
    action: z.object({ type: z.literal('S3'), bucketName: z.string(), objectKey: z.string().max(1000) }),
  }),
})
export type Notice = z.infer<typeof Notice>

/** SES tries a topic with this when the topic is first connected; it tells of no mail. */
const Greeting = z.object({ notificationType: z.literal('AmazonSnsSubscriptionSucceeded') })

/**
 * The notice in a queue message, or undefined for SES's greeting. Throws for everything else: what we do not understand could be a mail,
 * and goes to the dead letters, where somebody sees it.
 */
export function noticeIn(body: string): Notice | undefined {
  const value = parsedJson(body)
  if (Greeting.safeParse(value).success) return undefined
  const notice = Notice.safeParse(value)
  if (notice.success) return notice.data
  throw new Error(`This is no notice of a received mail: ${notice.error.issues.map(({ path, code }) => `${path.join('.') || 'all of it'} (${code})`).join(', ').slice(0, 300)}`)
}

export function deliveryOf({ mail, receipt }: Notice): Omit<Delivery, 'signedBy'> {
  return {
    sesMessageId: mail.messageId,
    receivedAt: new Date(mail.timestamp).toISOString(),
    source: mail.source,
    recipients: receipt.recipients,
    verdicts: { spam: receipt.spamVerdict.status, virus: receipt.virusVerdict.status, spf: receipt.spfVerdict.status, dkim: receipt.dkimVerdict.status, dmarc: receipt.dmarcVerdict.status },
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
