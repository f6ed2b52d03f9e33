import type { Table } from '../platform/table.ts'
import { isNews, type Fate } from './fate.ts'
import { asRouter, type Intake } from './intake.ts'
import { loadThreads, noteFate } from './repository.ts'
import { routeWaiting } from './route-again.ts'

/**
 * Notes what became of a mail that the CRM sent, unless more is known already. With that it stands under its Message-ID, so the replies that came before are routed again (SNS-6):
 * also when it was noted before, since who noted it may have ended right after. Gives whether it was news.
 */
export async function tellFate({ table, intake }: { readonly table: Table; readonly intake: Intake }, threadId: string, id: string, fate: Fate): Promise<boolean> {
  const known = (await loadThreads(table, [threadId])).get(threadId)
  const isNew = isNews(fate, known?.fate)
  if (isNew) await table.write(noteFate(threadId, id, fate, known))
  if (known && known.waiting.length > 0) await asRouter(intake, (ctx) => routeWaiting(ctx, threadId))
  return isNew
}
