import { demandFlag } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { loadMailing } from './repository.ts'
import type { MailingView } from './schema.ts'
import { mailingView } from './views.ts'

/** How far a mailing has come (BLK-4): at most a few seconds behind. Needs `bulkMail`; it tells how many, not who. */
export async function readMailing(ctx: Ctx, { id }: { id: string }): Promise<MailingView> {
  demandFlag(ctx, 'bulkMail')
  return mailingView(await loadMailing(ctx.table, id))
}
