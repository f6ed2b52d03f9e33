import { demandFlag } from '../access/index.ts'
import { readableItems } from '../items/index.ts'
import type { PageQuery } from '../kernel/page.ts'
import { fatesOf, loadOutgoing } from '../mail/index.ts'
import { cursorsOf, type Ctx, type Page } from '../workspace/index.ts'
import { loadAsides } from './asides.ts'
import { PAGE_SIZE } from './limits.ts'
import type { Mailing } from './mailing.ts'
import { outcomeOf, recipientsOf, type Outcome, type SelectionPage } from './recipients.ts'
import { loadMailing, loadPage } from './repository.ts'
import type { RecipientView } from './schema.ts'

/** What became of each item of a mailing, as far as the caller may read it, in the order of the selection (BLK-3). Needs `bulkMail`. A page may hold fewer than asked for before the end. */
export async function listRecipients(ctx: Ctx, { id, limit, cursor }: PageQuery & { id: string }): Promise<Page<RecipientView>> {
  demandFlag(ctx, 'bulkMail')
  const cursors = cursorsOf(ctx, `recipients ${id}`)
  const begin = Number(cursors.open(cursor) ?? 0)
  const mailing = await loadMailing(ctx.table, id)
  // A place is a page and a place on it; pages end where the selection's page ended.
  const [pageNumber, from] = [Math.floor(begin / PLACES) + 1, begin % PLACES]
  const page = await loadPage(ctx.table, id, pageNumber)
  if (!page) return { items: [], nextCursor: null }
  const all = await entriesOf(ctx, mailing, pageNumber, page)
  const items = await visible(ctx, mailing.type, all.slice(from, from + limit))
  const next = from + limit < all.length ? begin + limit : pageNumber < mailing.pages ? pageNumber * PLACES : undefined
  return { items, nextCursor: cursors.seal(next) }
}

/** More than any page has entries. */
const PLACES = 10 * PAGE_SIZE

async function entriesOf(ctx: Ctx, mailing: Mailing, pageNumber: number, page: SelectionPage): Promise<RecipientView[]> {
  const recipients = recipientsOf(mailing.id, page)
  const [rows, asides] = await Promise.all([loadOutgoing(ctx.table, recipients.map(({ messageId }) => messageId)), loadAsides(ctx.table, mailing.id, pageNumber)])
  const fates = await fatesOf(ctx.table, [...rows.values()].flatMap(({ threadId }) => threadId ?? []))
  const item = (id: number): RecipientView['item'] => ({ type: mailing.type, id })
  return [
    ...recipients.map((recipient): RecipientView => {
      const row = rows.get(recipient.messageId)
      const outcome = shown(mailing, outcomeOf(mailing.type, recipient, row, asides.get(recipient.itemId)))
      const fate = outcome.state === 'sent' && row?.threadId ? (fates.get(row.threadId) ?? null) : null
      return { item: item(recipient.itemId), address: recipient.address, state: outcome.state, reason: outcome.reason ?? null, messageId: outcome.state === 'sent' ? recipient.messageId : null, fate: fate && { ...fate } }
    }),
    ...page.skipped.map(([id, reason]): RecipientView => ({ item: item(id), address: null, state: 'skipped', reason, messageId: null, fate: null })),
  ]
}

function shown({ status }: Mailing, outcome: Outcome): { state: RecipientView['state']; reason?: string } {
  if (outcome.state === 'queued' && status === 'cancelled') return { state: 'skipped', reason: 'cancelled' }
  return outcome.state === 'sending' ? { state: 'queued' } : { ...outcome }
}

async function visible(ctx: Ctx, type: string, entries: readonly RecipientView[]): Promise<RecipientView[]> {
  const readable = new Set((await readableItems(ctx, entries.map(({ item }) => ({ type, id: item.id })))).map(({ id }) => id))
  return entries.filter(({ item }) => readable.has(item.id))
}
