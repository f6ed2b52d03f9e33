import { comparableEmail } from '../kernel/email.ts'
import type { ItemRef } from '../items/index.ts'
import type { Letter, Person } from './letter.ts'
import { MOST_PEOPLE_IN_ROW, MOST_TRACE_LINES } from './limits.ts'
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
  /** At most so many people as a row names; all of them are in the stored content. */
  readonly to: readonly Person[]
  readonly cc: readonly Person[]
  readonly peopleCut: boolean
  readonly subject: string
  /** ISO 8601; the moment of arrival for a mail without a date. */
  readonly date: string
  readonly receivedAt: string
  readonly senderUserId: string | null
  readonly status: Status
  readonly reason: string | null
  /** What the mail stands on: found by the rules, and assigned by hand. */
  readonly bindings: readonly ItemRef[]
  readonly assigned: readonly ItemRef[]
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
}

/** What was decided about a mail. */
export type Decision = { readonly standing: Standing; readonly routing: Routing } | { readonly unreadable: string }

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
    peopleCut: false,
    subject: '',
    date: delivery.receivedAt,
    receivedAt: delivery.receivedAt,
    senderUserId: null,
    status: 'unsorted',
    reason: null,
    bindings: [],
    assigned: [],
    trace: [],
    traceCut: false,
    traceVersion: 0,
    threadId: null,
    awaits: [],
    sharesMessageId: false,
    delivery,
    changedBy: null,
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
    peopleCut: to.length + cc.length < letter.to.length + letter.cc.length + letter.omittedRecipients,
    subject: letter.subject,
    date: letter.date ?? message.receivedAt,
    threadId: letter.messageId,
  }
}

/** The next version of a message after it was routed, for the first time or again. What was assigned by hand stays. */
export function decided(message: Message, delivery: Delivery, decision: Decision): Message {
  const next = { ...message, version: message.version + 1, traceVersion: message.version + 1, delivery, receivedAt: delivery.receivedAt, changedBy: null }
  const byHand = message.assigned
  const waiting = (status: Exclude<Status, 'routed'>, reason: string): Message => ({
    ...next, direction: 'in', senderUserId: null, status: byHand.length > 0 ? 'routed' : status, reason: byHand.length > 0 ? null : reason, bindings: byHand, trace: [], traceCut: false, awaits: [],
  })
  if ('unreadable' in decision) return waiting('unparsed', decision.unreadable)
  const { standing, routing } = decision
  if (standing.as === 'quarantined') return waiting('quarantined', standing.reason)
  const bindings = distinctItems([...routing.bindings, ...byHand])
  return {
    ...next,
    direction: standing.as === 'employee' ? 'out' : 'in',
    senderUserId: standing.as === 'employee' ? standing.userId : null,
    status: bindings.length > 0 ? 'routed' : 'unsorted',
    reason: null,
    bindings,
    trace: routing.trace,
    traceCut: routing.trace.reduce((lines, { matched, refused }) => lines + matched.length + refused.length, 0) > MOST_TRACE_LINES,
    awaits: routing.awaits,
  }
}

/** Everybody who sent or received it, in the form in which addresses compare. */
export function peopleOfMail({ from, to, cc }: Pick<Message, 'from' | 'to' | 'cc'>): Set<string> {
  return new Set([from, ...to, ...cc].filter(({ address }) => address !== '').map(({ address }) => comparableEmail(address)))
}
