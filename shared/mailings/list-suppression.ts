import { demandFlag } from '../access/index.ts'
import type { PageQuery } from '../kernel/page.ts'
import { signedPage, type Ctx, type Page } from '../workspace/index.ts'
import { readSuppression } from './suppression.ts'
import type { SuppressionView } from './schema.ts'

/** Addresses that get no mailings, and why (BLK-5). Needs `settings`. */
export async function listSuppression(ctx: Ctx, paging: PageQuery): Promise<Page<SuppressionView>> {
  demandFlag(ctx, 'settings')
  return signedPage(ctx, 'suppression', paging, (after, most) => readSuppression(ctx.table, after, most), ({ address }) => address)
}
