import * as z from 'zod'
import { EmailAddress } from '../kernel/email.ts'
import { pageOf } from '../kernel/page.ts'
import { LONGEST_FILTER, LONGEST_WRITTEN, MOST_IDS, MOST_PEOPLE_WRITTEN_TO } from './limits.ts'

/** Why an item of a mailing got no mail. */
export const SKIP_REASONS = ['no_address', 'address_used', 'suppressed', 'unsubscribed', 'not_found', 'cancelled'] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

export const MAILING_STATUSES = ['running', 'completed', 'cancelled'] as const

const templateId = z.string().min(1).max(64)
const number = z.int().min(1)

const Chosen = z.strictObject({
  templateId,
  type: z.enum(['lead', 'contact', 'company']),
  ids: z.array(number).min(1).max(MOST_IDS).optional(),
  /** As the list takes it: `stageId=NEW&amount[ge]=1000`; empty for all. */
  filter: z.string().max(LONGEST_FILTER).optional(),
})

/** Whom to send what (BLK-1): items by number, or all that a list with this filter shows to the sender. */
export const MailingInput = Chosen.refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), { error: 'Give either ids or a filter.', path: ['ids'] })
export type MailingInput = z.infer<typeof MailingInput>

const count = z.number()
const Counts = z.object({ queued: count, sent: count, failed: count, skipped: count, unknown: count })
export type Counts = z.infer<typeof Counts>

export const MailingView = z.object({
  id: z.string(),
  status: z.enum(MAILING_STATUSES),
  counts: Counts,
  /** How many were skipped, by reason. */
  skipped: z.record(z.string(), count),
  templateId: z.string(),
  subject: z.string(),
  type: z.string(),
  senderId: z.string(),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
  /** Why it does not go on: SES's quota is used up or sending is paused; or why it was ended. */
  note: z.string().nullable(),
})
export type MailingView = z.infer<typeof MailingView>

export const MailingPage = pageOf(MailingView)
export const DryRunView = z.object({ counts: Counts, skipped: z.record(z.string(), count), complete: z.boolean() })
export type DryRunView = z.infer<typeof DryRunView>

const RECIPIENT_STATES = ['queued', 'sent', 'failed', 'skipped', 'unknown'] as const
export const RecipientView = z.object({
  item: z.object({ type: z.string(), id: z.number() }),
  address: z.string().nullable(),
  state: z.enum(RECIPIENT_STATES),
  reason: z.string().nullable(),
  messageId: z.string().nullable(),
  fate: z.object({ status: z.string(), at: z.string(), detail: z.string().optional() }).nullable(),
})
export type RecipientView = z.infer<typeof RecipientView>
export const RecipientPage = pageOf(RecipientView)

export const MailingParam = z.object({ id: z.string().min(1).max(64) })

export const SUPPRESSION_REASONS = ['bounced', 'complained', 'unsubscribed'] as const
export const SuppressionView = z.object({ address: z.string(), reason: z.enum(SUPPRESSION_REASONS), at: z.string() })
export type SuppressionView = z.infer<typeof SuppressionView>
export const SuppressionPage = pageOf(SuppressionView)
export const SuppressionQuery = z.strictObject({ address: EmailAddress })

/** A mail to people of one item: by a template, or written for it. */
export const LetterInput = z
  .strictObject({
    templateId: templateId.optional(),
    subject: z.string().trim().min(1).max(500).optional(),
    html: z.string().max(LONGEST_WRITTEN).optional(),
    text: z.string().max(LONGEST_WRITTEN).optional(),
    /** Left out: the item's first address, else those of its contacts or company. */
    to: z.union([EmailAddress.transform((one) => [one]), z.array(EmailAddress).min(1).max(MOST_PEOPLE_WRITTEN_TO)]).optional(),
  })
  .refine(({ templateId: template, subject, html, text }) => (template === undefined ? subject !== undefined && `${html ?? ''}${text ?? ''}`.trim() !== '' : subject === undefined && html === undefined && text === undefined), {
    error: 'Give either a templateId, or a subject with html or text.',
    path: ['templateId'],
  })
export type LetterInput = z.infer<typeof LetterInput>
export const SentView = z.object({ messageId: z.string(), subject: z.string(), to: z.array(z.string()), status: z.enum(['sent', 'unknown']) })
export type SentView = z.infer<typeof SentView>

/** The item to try a template on; left out, a made-up one. */
export const TestInput = z.strictObject({ type: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/).optional(), id: number.optional() }).refine(({ type, id }) => (type === undefined) === (id === undefined), { error: 'Give both type and id, or neither.', path: ['id'] })
export type TestInput = z.infer<typeof TestInput>

export const TokenParam = z.object({ token: z.string().min(1).max(1000) })
