import { comparableEmail } from '../kernel/email.ts'
import type { ItemRef } from '../items/index.ts'
import type { Letter, Person } from './letter.ts'
import { MOST_PEOPLE_IN_ROW, MOST_TRACE_LINES } from './limits.ts'
import type { Unmade } from './making-rules.ts'
import type { Delivery } from './notice.ts'
import type { Routing } from './router.ts'
import type { Status } from './schema.ts'
import type { Standing } from './standing.ts'
import { distinctItems, type TraceEntry } from './trace.ts'

/** A stored mail as its row knows it. What is long (text, HTML, attachments) is stored beside it, see contents.ts. */
export interface Message {
  readonly id: string
  readonly version: number
  /** `out` for mail of an employee. */
  readonly direction: 'in' | 'out'
  readonly from: Person
  /** At most so many people as a row names; more of them are in the stored content. */
  readonly to: readonly Person[]
  readonly cc: readonly Person[]
  /** To and Cc together, also those who are named nowhere but in the raw original. */
  readonly recipientCount: number
  readonly subject: string
  /** ISO 8601; the moment of arrival for a mail without a date. */
  readonly date: string
  readonly receivedAt: string
  readonly senderUserId: string | null
  readonly status: Status
  readonly reason: string | null
  /** Nothing of it but its headers was read, whether it waits for that or was assigned by hand. */
  readonly unread: boolean
  /** What the mail stands on: found by the rules, and assigned by hand. */
  readonly bindings: readonly ItemRef[]
  readonly assigned: readonly ItemRef[]
  /** The lead or contact that was made of it; it stands on that for good. */
  readonly created: ItemRef | null
  /** Empty where it is too long for the row (`traceCut`); then it is stored beside it. */
  readonly trace: readonly TraceEntry[]
  readonly traceCut: boolean
  /** The version that was routed; later ones may have been assigned by hand. */
  readonly traceVersion: number
  /** Its own Message-ID as threads know it. */
  readonly threadId: string | null
  readonly awaits: readonly string[]
  readonly sharesMessageId: boolean
  readonly delivery: Delivery
  /** Who changed it last; null for the router. */
  readonly changedBy: string | null
  /** Set where it was written in the CRM and sent by it, instead of received. */
  readonly composed: Composed | null
}

/** What a mail was sent for. */
export interface Composed {
  /** `contact#12`: the item that it was written to. */
  readonly item: string
  readonly mailingId?: string
  /** The page of the mailing's selection on which the item stands. */
  readonly page?: number
}

/** What was decided about a mail. */
export type Decision = Routed | { readonly unreadable: string }

export interface Routed {
  readonly standing: Standing
  readonly routing: Routing
  /** What a mail that matched nothing has created, or why it has created nothing. */
  readonly made?: ItemRef | Unmade | undefined
}

const NOBODY: Person = { name: '', address: '' }

/** A mail that has just come in, as its row will tell it. */
export function newMessage(id: string, letter: Letter, delivery: Delivery, decision: Decision): Message {
  const blank: Message = {
    id,
    version: 0,
    direction: 'in',
    from: NOBODY,
    to: [],
    cc: [],
    recipientCount: 0,
    subject: '',
    date: delivery.receivedAt,
    receivedAt: delivery.receivedAt,
    senderUserId: null,
    status: 'unsorted',
    reason: null,
    unread: false,
    bindings: [],
    assigned: [],
    created: null,
    trace: [],
    traceCut: false,
    traceVersion: 0,
    threadId: null,
    awaits: [],
    sharesMessageId: false,
    delivery,
    changedBy: null,
    composed: null,
  }
  return decided(withLetter(blank, letter), delivery, decision)
}

/** The message with what its letter says. */
export function withLetter(message: Message, letter: Letter): Message {
  const to = letter.to.slice(0, MOST_PEOPLE_IN_ROW)
  const cc = letter.cc.slice(0, MOST_PEOPLE_IN_ROW - to.length)
  return {
    ...message,
    from: letter.from[0] ?? NOBODY,
    to,
    cc,
    recipientCount: recipientCountOf(letter),
    subject: letter.subject,
    date: letter.date ?? message.receivedAt,
    threadId: letter.messageId,
  }
}

/** How many people a mail went to, as its headers say. */
export function recipientCountOf({ to, cc, omittedRecipients }: Letter): number {
  return to.length + cc.length + omittedRecipients
}

/** The next version of a message after it was routed, for the first time or again. What was assigned by hand stays. */
export function decided(message: Message, delivery: Delivery, decision: Decision): Message {
  // Where it stands in timelines follows from when it came: that stays once it stands in one.
  const receivedAt = message.bindings.length > 0 ? message.receivedAt : delivery.receivedAt
  const next = { ...message, version: message.version + 1, traceVersion: message.version + 1, delivery: { ...delivery, receivedAt }, receivedAt, unread: 'unreadable' in decision, changedBy: null }
  const byHand = [...(message.created ? [message.created] : []), ...message.assigned]
  const waiting = (status: Exclude<Status, 'routed'>, reason: string): Message => ({
    ...next, direction: 'in', senderUserId: null, status: byHand.length > 0 ? 'routed' : status, reason: byHand.length > 0 ? null : reason, bindings: byHand, trace: [], traceCut: false, awaits: [],
  })
  if ('unreadable' in decision) return waiting('unparsed', decision.unreadable)
  const { standing, routing, made } = decision
  if (standing.as === 'quarantined') return waiting('quarantined', standing.reason)
  const created = typeof made === 'object' ? made : message.created
  const bindings = distinctItems([...routing.bindings, ...(created ? [created] : []), ...message.assigned])
  return {
    ...next,
    direction: standing.as === 'employee' ? 'out' : 'in',
    senderUserId: standing.as === 'employee' ? standing.userId : null,
    status: bindings.length > 0 ? 'routed' : 'unsorted',
    reason: bindings.length === 0 && typeof made === 'string' ? made : null,
    bindings,
    created,
    trace: routing.trace,
    traceCut: routing.trace.reduce((lines, { matched, refused }) => lines + matched.length + refused.length, 0) > MOST_TRACE_LINES,
    awaits: routing.awaits,
  }
}

/** Everybody who sent or received it, in the form in which addresses compare. */
export function peopleOfMail({ from, to, cc }: Pick<Message, 'from' | 'to' | 'cc'>): Set<string> {
  return new Set([from, ...to, ...cc].filter(({ address }) => address !== '').map(({ address }) => comparableEmail(address)))
}
