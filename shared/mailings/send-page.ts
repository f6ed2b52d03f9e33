import { readableItems, type Item } from '../items/index.ts'
import { giveBackWrite, loadOutgoing, moveWrite } from '../mail/index.ts'
import { comparableEmail } from '../kernel/email.ts'
import { inLanes } from '../kernel/in-lanes.ts'
import type { Table } from '../platform/table.ts'
import type { Ctx } from '../workspace/index.ts'
import { asideWrite, loadAsides, type Aside } from './asides.ts'
import { composeForRecipient, type Composing } from './compose.ts'
import { deliver, readyMail, type Hands } from './deliver.ts'
import { SENT_AT_ONCE } from './limits.ts'
import type { Mailing, Tally } from './mailing.ts'
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
 * a turn that ended in the middle, since turns do not overlap: whether that mail went out nobody knows (BLK-4). Of items that share an address one is
 * tried at a time: the next gets the mail only if that one got none (BLK-1).
 */
export async function sendPage(work: PageWork): Promise<PageEnd> {
  const { ctx, page, composing } = work
  const recipients = recipientsOf(composing.mailing.id, page)
  let outcomes = await outcomesOf(ctx.table, composing.mailing, recipients)
  const tally = async (): Promise<Tally> => tallyOf(page, (await lookAgain(work, outcomes)).values())
  for (let pass = 1; ; pass += 1) {
    const waiting = firstOfEachAddress(recipients.filter((one) => outcomes.get(one)?.state === 'queued'))
    if (waiting.length === 0) return { end: 'done', tally }
    if (pass > 1 && !(await work.progress(tallyOf(page, outcomes.values())))) return { end: 'turn', tally }
    for (let begin = 0; begin < waiting.length; begin += work.step) {
      const reason = await sendSome(work, waiting.slice(begin, begin + work.step), outcomes)
      if (reason !== undefined) return { end: 'held', tally, reason }
      if (begin + work.step < waiting.length && !(await work.progress(tallyOf(page, outcomes.values())))) return { end: 'turn', tally }
    }
    if (waiting.some((one) => outcomes.get(one)?.state === 'queued')) return { end: 'turn', tally }
    if ([...outcomes.values()].some(({ state }) => state === 'queued')) outcomes = await outcomesOf(ctx.table, composing.mailing, recipients)
  }
}

function firstOfEachAddress(recipients: readonly Recipient[]): Recipient[] {
  return [...new Map(recipients.toReversed().map((one) => [one.messageId, one])).values()].toReversed()
}

/** What the rows of a page say, once nothing of it is in anybody's hands. */
export async function outcomesOf(table: Table, mailing: Mailing, recipients: readonly Recipient[]): Promise<Map<Recipient, Outcome>> {
  const [rows, asides] = await Promise.all([loadOutgoing(table, recipients.map(({ messageId }) => messageId)), loadAsides(table, mailing.id, mailing.page)])
  const outcomes = new Map(recipients.map((one) => [one, outcomeOf(mailing.type, one, rows.get(one.messageId), asides.get(one.itemId))]))
  const left = recipients.filter((one) => outcomes.get(one)?.state === 'sending')
  for (const one of left) outcomes.set(one, { state: (await written(table, moveWrite(one.messageId, 'sending', { state: 'unknown' }))) ? 'unknown' : 'sent' })
  return outcomes
}

/** The same outcomes, with what SES may have told meanwhile of mails in doubt. */
async function lookAgain({ ctx, composing }: PageWork, outcomes: ReadonlyMap<Recipient, Outcome>): Promise<ReadonlyMap<Recipient, Outcome>> {
  const unknown = [...outcomes].filter(([, { state }]) => state === 'unknown').map(([one]) => one)
  const rows = await loadOutgoing(ctx.table, unknown.map(({ messageId }) => messageId))
  return new Map([...outcomes, ...unknown.map((one) => [one, outcomeOf(composing.mailing.type, one, rows.get(one.messageId), undefined)] as const)])
}

/** Gives why nothing may be sent now, if that is so. Whatever goes wrong is thrown when nothing is in anybody's hands any more. */
async function sendSome(work: PageWork, recipients: readonly Recipient[], outcomes: Map<Recipient, Outcome>): Promise<string | undefined> {
  const { ctx, composing } = work
  const type = composing.mailing.type
  const [found, suppressed] = await Promise.all([readableItems(ctx, recipients.map(({ itemId }) => ({ type, id: itemId }))), suppressedOf(ctx.table, recipients.map(({ address }) => address))])
  const items = new Map(found.map((item) => [item.id, item]))
  let held: string | undefined
  await inLanes(recipients, SENT_AT_ONCE, async (one) => {
    if (held !== undefined) return
    const reason = suppressed.get(comparableEmail(one.address))
    const item = items.get(one.itemId)
    if (reason !== undefined) outcomes.set(one, await putAside(work, one, { state: 'skipped', reason: reason === 'unsubscribed' ? 'unsubscribed' : 'suppressed' }))
    else if (!item) outcomes.set(one, await putAside(work, one, { state: 'skipped', reason: 'not_found' }))
    else {
      const obstacle = await sendOne(work, one, item, outcomes)
      held ??= obstacle
    }
  })
  return held
}

async function sendOne(work: PageWork, one: Recipient, item: Item, outcomes: Map<Recipient, Outcome>): Promise<string | undefined> {
  const ready = await composeForRecipient(work.composing, one, item).then(({ message, mail }) => readyMail(message, mail)).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
  if (ready instanceof Error) {
    outcomes.set(one, await putAside(work, one, { state: 'failed', reason: `template: ${ready.message.slice(0, 200)}` }))
    return undefined
  }
  const afterRefusal: Hands['afterRefusal'] = (reason) => [giveBackWrite(one.messageId), asideWrite(work.composing.mailing, one.itemId, { state: 'failed', reason })]
  const delivered = await deliver({ ...work.hands, afterRefusal }, ready)
  if (delivered.state === 'held') return delivered.reason
  if (delivered.state === 'stopped') return undefined
  outcomes.set(one, delivered.state === 'taken' ? await asItStands(work, one) : delivered)
  return undefined
}

/** Stores that a recipient gets no mail. */
async function putAside({ ctx, composing }: PageWork, one: Recipient, aside: Aside): Promise<Outcome> {
  await ctx.table.write(asideWrite(composing.mailing, one.itemId, aside))
  return aside
}

/** What became of a mail that another has claimed. Throws where nothing tells it: to wait for this one would never end. */
async function asItStands({ ctx, composing }: PageWork, one: Recipient): Promise<Outcome> {
  const outcome = outcomeOf(composing.mailing.type, one, (await loadOutgoing(ctx.table, [one.messageId])).get(one.messageId), undefined)
  if (outcome.state === 'queued') throw new Error(`The place of ${one.messageId} is taken by no mail.`)
  return outcome
}
