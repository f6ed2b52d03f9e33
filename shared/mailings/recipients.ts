import { comparableEmail } from '../kernel/email.ts'
import type { Outgoing } from '../mail/index.ts'
import { skipReasonOf, type Aside } from './asides.ts'
import { recipientId } from './keys.ts'
import { NOTHING, sum, type Tally } from './mailing.ts'
import type { SkipReason } from './schema.ts'

/** A part of a mailing's selection, as it was read. Numbers of items, with the address of each as it is written there. */
export interface SelectionPage {
  readonly recipients: readonly (readonly [id: number, address: string])[]
  /** Items that can get no mail from the beginning. */
  readonly skipped: readonly (readonly [id: number, reason: SkipReason])[]
  /** Where reading goes on after this page; null at the end. */
  readonly next: string | null
}

export interface Recipient {
  readonly itemId: number
  readonly address: string
  readonly messageId: string
}

/** What became of one item of a mailing. `sending`: claimed, and not settled. */
export type Outcome =
  | { readonly state: 'queued' }
  | { readonly state: 'sending' }
  | { readonly state: 'sent' | 'unknown' }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'skipped'; readonly reason: SkipReason }

/** The recipients of a page, each with the id of the one mail that an address gets from this mailing (BLK-1). */
export function recipientsOf(mailingId: string, page: SelectionPage): Recipient[] {
  return page.recipients.map(([itemId, address]) => ({ itemId, address, messageId: recipientId(mailingId, comparableEmail(address)) }))
}

/** What the rows say became of an item. A mail that another item has claimed means that its address was used already; one that was put aside uses up no address (BLK-1), unless it lies where the mail would. */
export function outcomeOf(type: string, { itemId }: Recipient, row: Outgoing | undefined, aside: Aside | undefined): Outcome {
  if (row?.composed.item === `${type}#${itemId}`) return outcomeOfRow(row)
  if (aside) return aside
  return row ? { state: 'skipped', reason: 'address_used' } : { state: 'queued' }
}

function outcomeOfRow({ state, reason }: Outgoing): Outcome {
  if (state === 'failed') return { state, reason: reason ?? 'unknown' }
  return state === 'skipped' ? { state, reason: skipReasonOf(reason) } : { state }
}

/** Counts a page. What is still being sent is not counted: it waits. */
export function tallyOf(page: SelectionPage, outcomes: Iterable<Outcome>): Tally {
  const all = [...page.skipped.map(([, reason]): Outcome => ({ state: 'skipped', reason })), ...outcomes]
  return all.reduce((tally, outcome) => sum(tally, tallyOfOne(outcome)), NOTHING)
}

function tallyOfOne(outcome: Outcome): Tally {
  switch (outcome.state) {
    case 'queued':
    case 'sending':
      return NOTHING
    case 'skipped':
      return { ...NOTHING, skipped: { [outcome.reason]: 1 } }
    case 'sent':
    case 'failed':
    case 'unknown':
      return { ...NOTHING, [outcome.state]: 1 }
  }
}
