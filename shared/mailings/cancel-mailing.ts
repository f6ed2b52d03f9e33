import { demandFlag } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { changeMailing } from './repository.ts'
import type { MailingView } from './schema.ts'
import { mailingView } from './views.ts'

/** Ends a mailing (BLK-4): nothing more is claimed; mails that are on their way go on. One that has ended stays as it is. Needs `bulkMail`. */
export async function cancelMailing(ctx: Ctx, { id }: { id: string }): Promise<MailingView> {
  demandFlag(ctx, 'bulkMail')
  const endedAt = ctx.now().toISOString()
  return mailingView(await changeMailing(ctx.table, id, ({ status }) => (status === 'running' ? { status: 'cancelled', endedAt, note: null } : undefined)))
}
