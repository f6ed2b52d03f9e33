import { demandFlag } from '../access/index.ts'
import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import { readMailings } from './repository.ts'
import type { MailingView, Paging } from './schema.ts'
import { mailingView } from './views.ts'

/** The mailings of the company, newest first. Needs `bulkMail`. */
export async function listMailings(ctx: Ctx, { limit, cursor }: Paging): Promise<{ items: MailingView[]; nextCursor: string | null }> {
  demandFlag(ctx, 'bulkMail')
  const key = signingKeyOf(ctx.workspace)
  const purpose = `${ctx.actor.userId} mailings`
  const found = await readMailings(ctx.table, cursor === undefined ? undefined : openCursor(key, purpose, cursor), limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(mailingView), nextCursor: last && found.length > limit ? sealCursor(key, purpose, last.id) : null }
}
