import { demandFlag } from '../access/index.ts'
import type { PageQuery } from '../kernel/page.ts'
import { signedPage, type Ctx, type Page } from '../workspace/index.ts'
import { readMailings } from './repository.ts'
import type { MailingView } from './schema.ts'
import { mailingView } from './views.ts'

/** The mailings of the company, newest first. Needs `bulkMail`. */
export async function listMailings(ctx: Ctx, paging: PageQuery): Promise<Page<MailingView>> {
  demandFlag(ctx, 'bulkMail')
  const { items, nextCursor } = await signedPage(ctx, 'mailings', paging, (after, most) => readMailings(ctx.table, after, most), ({ id }) => id)
  return { items: items.map(mailingView), nextCursor }
}
