import * as z from 'zod'
import { EmailAddress } from '../kernel/email.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { MOST_ADDRESSES_OF_THE_CRM } from './limits.ts'
import { FATES } from './fate.ts'
import { VERDICTS } from './notice.ts'
import { REFUSALS, RULES } from './trace.ts'

/** What became of a mail. All but `routed` wait for somebody. */
const STATUSES = ['routed', 'unsorted', 'quarantined', 'unparsed'] as const
export type Status = (typeof STATUSES)[number]

/** What a key begins with: a word and a sign, never an expression. It ends without a digit, since the item's number follows. */
const Prefix = z
  .string()
  .trim()
  .regex(/^[\p{L}][\p{L}\p{N}#:._/-]{0,18}[\p{L}#:._/-]$/u, 'A prefix such as "DID#": 2 to 20 letters, digits and # : . _ / -, a letter first and no digit last.')

const typeCode = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/)

const UNMATCHED = ['keep', 'createLead', 'createContact'] as const

/** Settings of Send&Save (SNS-1). */
export const MailSettings = z.strictObject({
  /** The CRM's addresses, which match nothing: the deployment's own, where mail comes in, and others whose server hands mail on to it, such as `sales@` of the company. */
  addresses: z.array(EmailAddress).max(MOST_ADDRESSES_OF_THE_CRM),
  /** What a key begins with, by type. */
  keys: z.record(typeCode, Prefix),
  /** What happens to mail that matches nothing: it is kept in the unsorted queue, or becomes a lead or a contact with the address of who wrote it. */
  unmatched: z.enum(UNMATCHED),
  /** Who is responsible for what mail creates; null as long as it creates nothing. */
  responsibleId: z.string().min(1).max(64).nullable(),
})
export type MailSettings = z.infer<typeof MailSettings>

/** What is left out stands at its default again. */
export const MailSettingsInput = MailSettings.partial()
export type MailSettingsInput = z.infer<typeof MailSettingsInput>

/** Not narrower: a name that no mail can have answers as one that no mail has (ACC-9). */
export const MessageParam = z.object({ id: z.string().min(1).max(64) })
export const AttachmentParam = MessageParam.extend({ n: z.string().regex(/^\d{1,3}$/).transform(Number) })

/** Of mails that wait: why they do. */
export const WAITING = ['unsorted', 'quarantined', 'unparsed'] as const satisfies readonly Exclude<Status, 'routed'>[]
export type Waiting = (typeof WAITING)[number]

export const UnsortedQuery = z.strictObject({
  /** Left out, all that waits is listed. */
  status: z.enum(WAITING).optional(),
  ...PageQuery.shape,
})
export type UnsortedQuery = z.infer<typeof UnsortedQuery>

const MOST_ITEMS_ASSIGNED = 50

const ItemReference = z.strictObject({ type: typeCode, id: z.int().min(1) })

export const Assignment = z.strictObject({ bindings: z.array(ItemReference).min(1).max(MOST_ITEMS_ASSIGNED) })
export type Assignment = z.infer<typeof Assignment>

const PersonView = z.object({ name: z.string(), address: z.string() })
const Ref = z.object({ type: z.string(), id: z.number() })
const verdict = z.enum(VERDICTS)

const Trace = z.array(z.object({
  rule: z.enum(RULES),
  matched: z.array(z.object({ by: z.string(), type: z.string(), id: z.number() })),
  refused: z.array(z.object({ by: z.string(), reason: z.enum(REFUSALS) })),
}))

const summary = {
  id: z.string(),
  direction: z.enum(['in', 'out']),
  from: PersonView,
  to: z.array(PersonView),
  cc: z.array(PersonView),
  /** To and Cc together, also those who are not named here. */
  recipientCount: z.number(),
  subject: z.string(),
  date: z.string(),
  receivedAt: z.string(),
  senderUserId: z.string().nullable(),
  status: z.enum(STATUSES),
  /** Why it waits: `spam`, `virus`, `no_notice`, what stood against reading it, or why it has created nothing though the settings say so. */
  reason: z.string().nullable(),
  bindings: z.array(Ref),
  /** The lead or contact that was made of it. */
  created: Ref.nullable(),
  version: z.number(),
}

/** A mail in a list of those that wait: with its first ten people each of To and Cc, and their names as far as a list shows them. */
export const MessageSummary = z.object(summary)
export type MessageSummary = z.infer<typeof MessageSummary>

export const MessagePage = pageOf(MessageSummary)

/** A stored mail (SNS-5). `trace` and `delivery` are there for those with the flag `settings` (ACC-8). */
export const MessageView = z.object({
  ...summary,
  /** Of a reply, what its sender wrote: without quoted history and signature. */
  text: z.string(),
  /** All of it, where `text` leaves something out. */
  wholeText: z.string().nullable(),
  html: z.string().nullable(),
  /** Text, HTML, recipients or attachments went beyond a limit, or nothing but its headers could be read; the raw original has everything. */
  cut: z.boolean(),
  /** Fetched by their place in this list, from 0 on. */
  attachments: z.array(z.object({ name: z.string(), contentType: z.string(), size: z.number(), contentId: z.string().optional() })),
  /** The mailing that sent it. */
  mailingId: z.string().optional(),
  /** What became of a mail that the CRM sent (BLK-3). */
  fate: z.object({ status: z.enum(FATES), at: z.string(), detail: z.string().optional() }).optional(),
  trace: Trace.optional(),
  delivery: z.object({
    recipients: z.array(z.string()),
    source: z.string(),
    verdicts: z.object({ spam: verdict, virus: verdict, spf: verdict, dkim: verdict, dmarc: verdict }).nullable(),
    /** Another mail with the same Message-ID and other content is stored. */
    sharesMessageId: z.boolean(),
  }).optional(),
})
export type MessageView = z.infer<typeof MessageView>
