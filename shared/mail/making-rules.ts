import type { Candidates } from './candidates.ts'
import type { Letter, Person } from './letter.ts'
import { comparableEmail, EmailAddress } from '../kernel/email.ts'
import type { Delivery } from './notice.ts'
import type { Routing } from './router.ts'
import type { MailSettings } from './schema.ts'
import type { Standing } from './standing.ts'

/** An item to be made of a mail that matched nothing (SNS-1). */
export interface Making {
  readonly type: 'lead' | 'contact'
  /** Whom it is about. */
  readonly person: Person
  readonly subject: string
  readonly responsibleId: string
}

/** Why a mail that matched nothing waits, though the settings say that such mail creates something. */
export type Unmade =
  | 'automatic' // a machine wrote it: auto-replies, bounces, lists and loops create nothing (SNS-7)
  | 'key_refused' // it names an item that its sender may not use: what they meant is for somebody to sort out (SNS-9)
  | 'sender_not_proven' // it claims an address of ours
  | 'nobody_to_create' // it names nobody whom it could be about
  | 'too_many_created' // mail of this sender, or of this domain, has created so much that it looks like a storm
  | 'could_not_create' // the responsible person may not add such items any more, or a required field is missing

/** Mailboxes of programs, whatever their headers say. */
const MACHINES = /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+._-]|@)/i

/** What a mail that the rules bound to nothing creates, or why nothing; undefined where the settings keep such mail, and for mail that is bound. */
export function makingOf(settings: MailSettings, letter: Letter, delivery: Delivery, standing: Standing, routing: Routing, candidates: Candidates): Making | Unmade | undefined {
  const { unmatched, responsibleId } = settings
  if (unmatched === 'keep' || responsibleId === null || routing.bindings.length > 0 || standing.as === 'quarantined') return undefined
  if (isAutomatic(letter, delivery) || candidates.isOurOwn) return 'automatic'
  const byEmployee = standing.as === 'employee'
  if (byEmployee && routing.trace.some(({ rule, refused }) => refused.some(({ reason }) => reason === 'unknown_or_unreadable' && (rule === 'key' || rule === 'thread')))) return 'key_refused'
  if (!byEmployee && letter.from.length > 0 && candidates.senders.theirs.length === 0 && candidates.senders.employees.length > 0) return 'sender_not_proven'
  const [address] = byEmployee ? [...candidates.recipients.theirs, ...candidates.firstLine.theirs] : letter.from.length === 1 ? candidates.senders.theirs : []
  if (address === undefined) return 'nobody_to_create'
  const named = [...letter.from, ...letter.to, ...letter.cc].find((one) => comparableEmail(one.address) === address) ?? { name: '', address }
  return { type: unmatched === 'createLead' ? 'lead' : 'contact', person: named, subject: letter.subject, responsibleId }
}

function isAutomatic({ automatic, from }: Letter, { source }: Delivery): boolean {
  return automatic || source === '' || from.some(({ address }) => MACHINES.test(address)) || MACHINES.test(source)
}

/** The fields of the item that is made. */
export function valuesOf({ type, person, subject, responsibleId }: Making): Record<string, unknown> {
  const name = person.name.includes('@') ? '' : person.name
  const title = type === 'lead' ? subject || name || person.address : name === '' ? person.address : undefined
  return {
    responsibleId,
    ...(title === undefined ? {} : { title }),
    ...namesOf(name),
    emails: [{ value: EmailAddress.parse(person.address), kind: 'work' }],
    sourceId: 'EMAIL',
  }
}

/** `Anna Maria Buyer` and `Buyer, Anna` as people write themselves in mail. */
function namesOf(name: string): Record<string, string> {
  const [last, first, ...more] = name.split(',').map((part) => part.trim())
  if (first !== undefined && first !== '' && last !== undefined && more.length === 0) return { firstName: first, lastName: last }
  const words = name.split(' ').filter((word) => word !== '')
  const lastName = words.length > 1 ? words.at(-1) : undefined
  return { ...(words.length > 0 ? { firstName: words.slice(0, lastName === undefined ? undefined : -1).join(' ') } : {}), ...(lastName === undefined ? {} : { lastName }) }
}

/** Items that mail of one address may create within a month: those before it were deleted, or lost the address. */
export const MOST_MADE_FOR_AN_ADDRESS = 3
/** Items that mail of all addresses of one domain may create within a day. */
export const MOST_MADE_FOR_A_DOMAIN = 200
