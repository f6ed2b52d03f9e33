import { readableItems, type Item } from '../items/index.ts'
import { beginWrite, loadOutgoing, moveWrite } from '../mail/index.ts'
import { comparableEmail } from '../kernel/email.ts'
import type { Ctx } from '../workspace/index.ts'
import { composeForRecipient, type Composing } from './compose.ts'
import { deliver, type Hands } from './deliver.ts'
import { letterheadOf } from './letterhead.ts'
import { SENT_AT_ONCE } from './limits.ts'
import type { Tally } from './mailing.ts'
import { outcomeOf, recipientsOf, tallyOf, type Outcome, type Recipient, type SelectionPage } from './recipients.ts'
import { suppressedOf } from './suppression.ts'
import { written } from './written.ts'

export interface PageWork {
  readonly ctx: Ctx
  readonly hands: Hands
  readonly composing: Composing
  readonly page: SelectionPage
  /** Mails between two looks at the mailing. */
  readonly step: number
  /** Notes how far the page has come; gives whether to go on. */
  progress(tally: Tally): Promise<boolean>
}

/** How a page was left: `done`, or not to its end since the turn is over or nothing may be sent now. `tally` counts it, and looks again at what was in doubt. */
export type PageEnd = { readonly tally: () => Promise<Tally> } & ({ readonly end: 'done' | 'turn' } | { readonly end: 'held'; readonly reason: string })

/**
 * Goes through the recipients of a page: what their rows say counts, and only those without one are written to. A claim that is not settled was left by
 * a turn that ended in the middle, since turns do not overlap: whether that mail went out nobody knows (BLK-4).
 */
export async function sendPage(work: PageWork): Promise<PageEnd> {
  const { page, composing } = work
  const recipients = recipientsOf(composing.mailing.id, page)
  const outcomes = await outcomesOf(work, recipients)
  const tally = async (): Promise<Tally> => {
    await lookAgain(work, outcomes)
    return tallyOf(page, outcomes.values())
  }
  const waiting = recipients.filter((one) => outcomes.get(one)?.state === 'queued')
  for (let begin = 0; begin < waiting.length; begin += work.step) {
    const reason = await sendSome(work, waiting.slice(begin, begin + work.step), outcomes)
    if (reason !== undefined) return { end: 'held', tally, reason }
    if (begin + work.step < waiting.length && !(await work.progress(tallyOf(page, outcomes.values())))) return { end: 'turn', tally }
  }
  const isDone = [...outcomes.values()].every(({ state }) => state !== 'queued')
  return { end: isDone ? 'done' : 'turn', tally }
}

/** What the rows of a page say, once nothing of it is in anybody's hands. */
export async function outcomesOf({ ctx, composing }: Pick<PageWork, 'ctx' | 'composing'>, recipients: readonly Recipient[]): Promise<Map<Recipient, Outcome>> {
  const type = composing.mailing.type
  const rows = await loadOutgoing(ctx.table, recipients.map(({ messageId }) => messageId))
  const outcomes = new Map(recipients.map((one) => [one, outcomeOf(type, one, rows.get(one.messageId))]))
  const left = recipients.filter((one) => outcomes.get(one)?.state === 'sending')
  for (const one of left) outcomes.set(one, { state: (await written(ctx.table, moveWrite(one.messageId, 'sending', { state: 'unknown' }))) ? 'unknown' : 'sent' })
  return outcomes
}

/** SES may have told meanwhile what became of mails in doubt. */
async function lookAgain({ ctx, composing }: PageWork, outcomes: Map<Recipient, Outcome>): Promise<void> {
  const unknown = [...outcomes].filter(([, { state }]) => state === 'unknown').map(([one]) => one)
  const rows = await loadOutgoing(ctx.table, unknown.map(({ messageId }) => messageId))
  for (const one of unknown) outcomes.set(one, outcomeOf(composing.mailing.type, one, rows.get(one.messageId)))
}

/** Gives why nothing may be sent now, if that is so. */
async function sendSome(work: PageWork, recipients: readonly Recipient[], outcomes: Map<Recipient, Outcome>): Promise<string | undefined> {
  const { ctx, composing } = work
  const type = composing.mailing.type
  const [found, suppressed] = await Promise.all([readableItems(ctx, recipients.map(({ itemId }) => ({ type, id: itemId }))), suppressedOf(ctx.table, recipients.map(({ address }) => address))])
  const items = new Map(found.map((item) => [item.id, item]))
  const waiting = [...recipients]
  let held: string | undefined
  const takeTheNext = async (): Promise<void> => {
    for (let one = waiting.shift(); one && held === undefined; one = waiting.shift()) {
      const reason = suppressed.get(comparableEmail(one.address))
      const item = items.get(one.itemId)
      if (reason !== undefined) outcomes.set(one, await putAside(work, one, 'skipped', reason === 'unsubscribed' ? 'unsubscribed' : 'suppressed'))
      else if (!item) outcomes.set(one, await putAside(work, one, 'skipped', 'not_found'))
      else held = (await sendOne(work, one, item, outcomes)) ?? held
    }
  }
  await Promise.all(Array.from({ length: Math.min(SENT_AT_ONCE, waiting.length) }, takeTheNext))
  return held
}

async function sendOne(work: PageWork, one: Recipient, item: Item, outcomes: Map<Recipient, Outcome>): Promise<string | undefined> {
  const composed = await composeForRecipient(work.composing, one, item).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
  if (composed instanceof Error) {
    outcomes.set(one, await putAside(work, one, 'failed', `template: ${composed.message.slice(0, 200)}`))
    return undefined
  }
  const delivered = await deliver(work.hands, composed.message, composed.mail)
  if (delivered.state === 'held') return delivered.reason
  if (delivered.state === 'stopped') return undefined
  outcomes.set(one, delivered.state === 'taken' ? await asItStands(work, one) : delivered)
  return undefined
}

/** Stores that a recipient gets no mail, unless another item has claimed the address: then that is why. */
async function putAside(work: PageWork, one: Recipient, state: 'failed' | 'skipped', reason: string): Promise<Outcome> {
  const { workspace, mailAddress, mailing, now } = work.composing
  const { from } = letterheadOf(workspace, mailAddress, mailing.senderId, undefined)
  const message = { id: one.messageId, item: { type: mailing.type, id: one.itemId }, from, to: [{ name: '', address: one.address }], subject: '', at: now, senderUserId: mailing.senderId, mailing: { id: mailing.id, page: mailing.page } }
  await written(work.ctx.table, beginWrite(message, state, reason))
  return asItStands(work, one)
}

async function asItStands({ ctx, composing }: PageWork, one: Recipient): Promise<Outcome> {
  return outcomeOf(composing.mailing.type, one, (await loadOutgoing(ctx.table, [one.messageId])).get(one.messageId))
}
