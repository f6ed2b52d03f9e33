import type { Ctx } from '../workspace/index.ts'
import type { Mailing } from './mailing.ts'
import { keepPage, loadSelection } from './repository.ts'
import { readSelection } from './selection.ts'

/**
 * Reads on in the selection of a mailing, page by page, until its end or the end of the turn. The row of a page says where the next begins: whoever ends between
 * storing it and noting it leaves a page that the next finds and takes as it is.
 */
export async function expandMailing(ctx: Ctx, begun: Mailing, save: (change: () => Partial<Mailing>) => Promise<Mailing>, goesOn: () => boolean): Promise<Mailing> {
  let mailing = begun
  const ids = mailing.filter === null && !mailing.expanded ? await loadSelection(ctx.table, mailing.id) : []
  while (!mailing.expanded && mailing.status === 'running' && goesOn()) {
    const number = mailing.pages + 1
    const page = await keepPage(ctx.table, mailing.id, number, await readSelection(ctx, { type: mailing.type, filter: mailing.filter, ids }, mailing.cursor))
    const total = mailing.total + page.recipients.length + page.skipped.length
    mailing = await save(() => ({ pages: number, total, cursor: page.next, expanded: page.next === null }))
  }
  return mailing
}
