import { demandFlag } from '../access/index.ts'
import { sortableTime } from '../kernel/ids.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import { loadTemplate, templateFits } from '../templates/index.ts'
import type { Afterwards, Ctx } from '../workspace/index.ts'
import { IDLE_MINUTES } from './limits.ts'
import { NOTHING, type Mailing } from './mailing.ts'
import { demandQueue, TURNS, type SendingPorts } from './ports.ts'
import { newMailingWrites } from './repository.ts'
import type { MailingInput, MailingView } from './schema.ts'
import { readSelection } from './selection.ts'
import { mailingView } from './views.ts'

/** Begins a mailing to items of a type (BLK-1). Needs `bulkMail`. Whom it reaches is read by the worker, with the rights of the caller; it is sent in the words that the template has now. */
export async function createMailing(ctx: Ctx & SendingPorts & Afterwards, { values }: { values: MailingInput }): Promise<MailingView> {
  demandFlag(ctx, 'bulkMail')
  const queue = demandQueue(ctx)
  const template = await templateFor(ctx, values)
  await filterIsUsable(ctx, values)
  const at = ctx.now()
  const mailing: Mailing = {
    id: ctx.newId(`mlg_${sortableTime(at)}`),
    version: 1,
    status: 'running',
    senderId: ctx.actor.userId,
    templateId: template.id,
    templateVersion: template.version,
    subject: template.subject,
    type: values.type,
    filter: values.filter ?? null,
    createdAt: at.toISOString(),
    endedAt: null,
    note: null,
    total: 0,
    pages: 0,
    expanded: false,
    cursor: null,
    page: 1,
    done: NOTHING,
    current: NOTHING,
    turn: null,
    turnUntil: 0,
    failures: 0,
    settled: false,
    dueAt: Math.floor(at.getTime() / 1000) + IDLE_MINUTES * 60,
  }
  await ctx.table.write(...newMailingWrites(mailing, values.ids && [...new Set(values.ids)]))
  // Should this be lost, the mailing is taken up within the quarter of an hour by who looks for idle ones.
  ctx.afterwards(() => queue.send(TURNS, { mailingId: mailing.id }))
  return mailingView(mailing)
}

/** The template that is asked for, if it is there and fits. */
export async function templateFor(ctx: Ctx, { templateId, type }: { templateId: string; type: string }): Promise<Awaited<ReturnType<typeof loadTemplate>>> {
  const template = await loadTemplate(ctx.table, templateId).catch((error: unknown) => {
    if (error instanceof Problem && error.kind === 'not_found') throw invalidField('/templateId', 'template.unknown', 'There is no such template.')
    throw error
  })
  templateFits(template, type)
  return template
}

/** The list itself says what it can be filtered by. */
async function filterIsUsable(ctx: Ctx, { type, filter }: MailingInput): Promise<void> {
  if (filter !== undefined) await readSelection(ctx, { type, filter, ids: [] }, null)
}
