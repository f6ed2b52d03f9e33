import { rightsOf } from '../access/index.ts'
import { loadItem, type Item } from '../items/index.ts'
import { Problem } from '../kernel/problem.ts'
import { filled, loadTemplate, readTemplateParts, templateFits } from '../templates/index.ts'
import { typesOf } from '../types/index.ts'
import { peopleOf, type Ctx } from '../workspace/index.ts'
import { withText } from './compose.ts'
import { letterheadOf } from './letterhead.ts'
import { MailRefused } from '../platform/mailer.ts'
import { rawMailOf } from '../platform/raw-mail.ts'
import { demandMailer, type SendingPorts } from './ports.ts'
import type { TestInput } from './schema.ts'

/** Sends a template to the caller's own address, filled in for an item, or for one that has nothing but the names of its fields (BLK-2). It stands in no timeline. Needs `settings` or `bulkMail`. */
export async function sendTest(ctx: Ctx & SendingPorts, { id, values }: { id: string; values: TestInput }): Promise<{ to: string; subject: string }> {
  const { settings, bulkMail } = rightsOf(ctx.workspace, ctx.actor.userId).flags
  if (!settings && !bulkMail) throw new Problem('forbidden', 'access.settings_needed', 'This needs a role with the flag settings or bulkMail.')
  const mailer = demandMailer(ctx)
  const template = await loadTemplate(ctx.table, id)
  if (values.type !== undefined) templateFits(template, values.type)
  const item = values.type === undefined || values.id === undefined ? sampleItem(ctx, template.type ?? 'contact') : await loadItem(ctx, { type: values.type, id: values.id })
  const parts = await readTemplateParts(template)
  const content = await withText(filled(() => parts.fill(ctx.workspace, { item, senderId: ctx.actor.userId, unsubscribeUrl: '' })))
  const to = peopleOf(ctx.workspace).users.get(ctx.actor.userId)?.emails[0] ?? ''
  const { from } = letterheadOf(ctx.workspace, ctx.mailAddress, ctx.actor.userId, undefined)
  const mail = { from, to: [{ name: '', address: to }], replyTo: to, ...content, headers: {}, tags: { test: id } }
  const raw = await rawMailOf(mail)
  // An empty write: nothing is sent on outdated rights, and the rehearsal of a repeated request ends here (API-3).
  await ctx.table.write()
  await mailer.send(mail, raw).catch((error: unknown) => {
    throw error instanceof MailRefused ? new Problem('impossible', 'mail.refused', `The mail was refused: ${error.message.slice(0, 200)}`) : error
  })
  return { to, subject: content.subject }
}

/** Says in each field what belongs there. */
function sampleItem(ctx: Ctx, type: string): Item {
  const fields = typesOf(ctx.workspace).get(type)?.fields ?? []
  const values = Object.fromEntries(fields.filter(({ kind }) => kind === 'string' || kind === 'text').map(({ name }) => [name, `[${name}]`]))
  const at = ctx.now().toISOString()
  return { type, id: 0, title: '[title]', titleGiven: true, responsibleId: ctx.actor.userId, observerIds: [], opened: true, chatMemberIds: [], values, createdAt: at, createdBy: ctx.actor.userId, updatedAt: at, updatedBy: ctx.actor.userId, version: 0 }
}
