import { demandFlag } from '../access/index.ts'
import { comparableEmail } from '../kernel/email.ts'
import type { Ctx } from '../workspace/index.ts'
import { templateFor } from './create-mailing.ts'
import { LONGEST_DRY_RUN_SECONDS, MOST_DRY_RUN_ITEMS } from './limits.ts'
import { NOTHING, skippedOf, sum } from './mailing.ts'
import { tallyOf, type Outcome, type SelectionPage } from './recipients.ts'
import type { DryRunView, MailingInput } from './schema.ts'
import { readSelection } from './selection.ts'
import { suppressedOf } from './suppression.ts'

/** How many a mailing would reach now, and why it would skip the others; nothing is sent or stored. Looks at some thousand items, for some seconds, and says whether those were all. Needs `bulkMail`. */
export async function dryRun(ctx: Ctx, { values }: { values: MailingInput }): Promise<DryRunView> {
  demandFlag(ctx, 'bulkMail')
  await templateFor(ctx, values)
  const selection = { type: values.type, filter: values.filter ?? null, ids: [...new Set(values.ids)] }
  const used = new Set<string>()
  const until = ctx.now().getTime() + LONGEST_DRY_RUN_SECONDS * 1000
  let [queued, tally, seen, next] = [0, NOTHING, 0, null as string | null]
  do {
    const page = await readSelection(ctx, selection, next)
    const outcomes = await foreseen(ctx, page, used)
    queued += outcomes.filter(({ state }) => state === 'queued').length
    tally = sum(tally, tallyOf(page, outcomes))
    seen += page.recipients.length + page.skipped.length
    next = page.next
  } while (next !== null && seen < MOST_DRY_RUN_ITEMS && ctx.now().getTime() < until)
  return { counts: { queued, sent: 0, failed: 0, skipped: skippedOf(tally), unknown: 0 }, skipped: { ...tally.skipped }, complete: next === null }
}

async function foreseen(ctx: Ctx, { recipients }: SelectionPage, used: Set<string>): Promise<Outcome[]> {
  const suppressed = await suppressedOf(ctx.table, recipients.map(([, address]) => address))
  return recipients.map(([, address]): Outcome => {
    const comparable = comparableEmail(address)
    const reason = suppressed.get(comparable)
    if (reason !== undefined) return { state: 'skipped', reason: reason === 'unsubscribed' ? 'unsubscribed' : 'suppressed' }
    if (used.has(comparable)) return { state: 'skipped', reason: 'address_used' }
    used.add(comparable)
    return { state: 'queued' }
  })
}
