import { refKey, type ItemRef } from '../items/index.ts'

/** The rules in the order of their precedence (SNS-4). */
export const RULES = ['key', 'thread', 'firstLine', 'recipients', 'sender'] as const
export type Rule = (typeof RULES)[number]

/** Why something in a mail led to nothing. */
export const REFUSALS = [
  'unknown_or_unreadable', // a key of an item that is not there or that the employee may not read: both look the same
  'unknown_or_not_held', // a customer's key of an item that is not there or does not hold their address
  'unknown', // a reply to a mail that is not there
  'sender_not_proven', // the sender claims an address of ours and nobody vouches for it
  'not_among_people', // a customer's reply to a mail that was neither from nor to them
  'unbound', // a reply to a mail that belongs to no item itself
  'ours', // an address of an employee, or of the CRM itself
  'no_holder', // no lead, contact or company holds the address
  'other_recipients', // addresses in the first line count only where To and Cc name nobody else
  'too_many', // more items than one mail may be added to
] as const
export type Refusal = (typeof REFUSALS)[number]

/** What in the mail led to an item: a key, an address, a Message-ID. */
export interface Match extends ItemRef {
  readonly by: string
}

export interface Refused {
  readonly by: string
  readonly reason: Refusal
}

/** What came of one rule that was tried (SNS-8). */
export interface TraceEntry {
  readonly rule: Rule
  readonly matched: readonly Match[]
  readonly refused: readonly Refused[]
}

/** The items of a list, each once, in the order in which they are first named. */
export function distinctItems(refs: readonly ItemRef[]): ItemRef[] {
  return [...new Map(refs.map(({ type, id }) => [refKey({ type, id }), { type, id }])).values()]
}
