import { demandFlag } from '../access/index.ts'
import { openCursor, sealCursor } from '../kernel/cursor.ts'
import { signingKeyOf, type Ctx } from '../workspace/index.ts'
import { readSuppression } from './suppression.ts'
import type { Paging, SuppressionView } from './schema.ts'

/** Addresses that get no mailings, and why (BLK-5). Needs `settings`. */
export async function listSuppression(ctx: Ctx, { limit, cursor }: Paging): Promise<{ items: SuppressionView[]; nextCursor: string | null }> {
  demandFlag(ctx, 'settings')
  const key = signingKeyOf(ctx.workspace)
  const purpose = `${ctx.actor.userId} suppression`
  const found = await readSuppression(ctx.table, cursor === undefined ? undefined : openCursor(key, purpose, cursor), limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: last && found.length > limit ? sealCursor(key, purpose, last.address) : null }
}
