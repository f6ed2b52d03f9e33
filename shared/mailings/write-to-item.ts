import { demand } from '../access/index.ts'
import { loadItem, readableItems, type Item, type ItemRef } from '../items/index.ts'
import { comparableEmail } from '../kernel/email.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import type { OutgoingMessage } from '../mail/index.ts'
import { filled, readTemplateParts, type Content } from '../templates/index.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { withText } from './compose.ts'
import { templateFor } from './create-mailing.ts'
import { deliver, readyMail } from './deliver.ts'
import { letterheadOf, tagsOf } from './letterhead.ts'
import { MOST_PEOPLE_WRITTEN_TO } from './limits.ts'
import { demandMailer, type SendingPorts } from './ports.ts'
import type { LetterInput, SentView } from './schema.ts'
import { firstEmail } from './selection.ts'
import { suppressedOf } from './suppression.ts'

/**
 * Writes to people of an item and saves the mail in its timeline. Needs `update`. Addresses that bounced or complained are refused; one who wants no mailings
 * may be written to. `unknown` says that SES gave no answer: the mail may be out, and is not sent again.
 */
export async function writeToItem(ctx: Ctx & SendingPorts, { type, id, values }: ItemRef & { values: LetterInput }): Promise<SentView> {
  knownType(ctx.workspace, type)
  const item = await loadItem(ctx, { type, id })
  demand(ctx, 'update', item)
  const mailer = demandMailer(ctx)
  const [content, addresses] = [await contentFor(ctx, item, values), values.to ?? (await addressesFor(ctx, item))]
  await addressesCanBe(ctx, addresses)
  const { from, replyTo } = letterheadOf(ctx.workspace, ctx.mailAddress, ctx.actor.userId, item)
  const to = addresses.map((address) => ({ name: '', address }))
  const message: OutgoingMessage = { id: ctx.newId('msg'), item, from, to, subject: content.subject, at: ctx.now(), senderUserId: ctx.actor.userId }
  const ready = await readyMail(message, { from, to, replyTo, ...content, headers: {}, tags: tagsOf(message) })
  // An empty write: the rehearsal of a repeated request ends before anything is stored (API-3).
  await ctx.table.write()
  const delivered = await deliver({ table: ctx.table, blobs: ctx.blobs, mailer }, ready)
  if (delivered.state === 'failed') throw new Problem('impossible', 'mail.refused', `The mail was refused: ${delivered.reason}`)
  if (delivered.state === 'held') throw new Problem('limit', 'mail.not_now', `No mail can be sent now: ${delivered.reason}`)
  return { messageId: message.id, subject: content.subject, to: addresses, status: delivered.state === 'sent' ? 'sent' : 'unknown' }
}

async function contentFor(ctx: Ctx, item: Item, { templateId, subject = '', html = '', text = '' }: LetterInput): Promise<Content> {
  if (templateId === undefined) return withText({ subject, html, text })
  const parts = await readTemplateParts(await templateFor(ctx, { templateId, type: item.type }))
  return withText(filled(() => parts.fill(ctx.workspace, { item, senderId: ctx.actor.userId, unsubscribeUrl: '' })))
}

/** The item's own first address; where it has none, those of its contacts, else of its company, as far as the caller may read them. */
async function addressesFor(ctx: Ctx, { values }: Item): Promise<string[]> {
  const own = firstEmail(values['emails'])
  if (own !== undefined) return [own]
  const contactIds = Array.isArray(values['contactIds']) ? (values['contactIds'] as number[]) : []
  const companyId = typeof values['companyId'] === 'number' ? [values['companyId']] : []
  const linked = await readableItems(ctx, [...contactIds.map((id) => ({ type: 'contact', id })), ...companyId.map((id) => ({ type: 'company', id }))])
  const of = (type: string): string[] => linked.filter((one) => one.type === type).flatMap((one) => firstEmail(one.values['emails']) ?? [])
  const found = of('contact').length > 0 ? of('contact') : of('company')
  if (found.length === 0) throw new Problem('impossible', 'mail.no_address', 'Neither the item nor its contacts or company have an e-mail address.', [{ pointer: '/to', detail: 'Name an address.' }])
  return [...new Map(found.map((address) => [comparableEmail(address), address])).values()].slice(0, MOST_PEOPLE_WRITTEN_TO)
}

async function addressesCanBe(ctx: Ctx, addresses: readonly string[]): Promise<void> {
  const suppressed = await suppressedOf(ctx.table, addresses)
  addresses.forEach((address, place) => {
    const reason = suppressed.get(comparableEmail(address))
    if (reason === 'bounced' || reason === 'complained') throw invalidField(`/to/${place}`, 'mail.address_suppressed', `This address has ${reason}; mail to it harms the delivery of all other mail.`)
  })
}
