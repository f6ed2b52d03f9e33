import type { Item } from '../items/index.ts'
import { textOfHtml, type OutgoingMessage } from '../mail/index.ts'
import type { OutgoingMail } from '../platform/mailer.ts'
import type { Content, ReadTemplate } from '../templates/index.ts'
import type { Workspace } from '../workspace/index.ts'
import { letterheadOf, tagsOf } from './letterhead.ts'
import type { Mailing } from './mailing.ts'
import type { Recipient } from './recipients.ts'
import { unsubscribeLink } from './unsubscribe-link.ts'

export interface Composing {
  readonly workspace: Workspace
  readonly mailAddress: string
  readonly apiAddress: string
  readonly mailing: Mailing
  readonly template: ReadTemplate
  readonly now: Date
}

/** The mail of a mailing to one item. Throws for an item on which the template goes beyond a limit. */
export async function composeForRecipient({ workspace, mailAddress, apiAddress, mailing, template, now }: Composing, recipient: Recipient, item: Item): Promise<{ message: OutgoingMessage; mail: OutgoingMail }> {
  const unsubscribeUrl = unsubscribeLink(workspace, apiAddress, recipient.address)
  const filled = template.fill(workspace, { item, senderId: mailing.senderId, unsubscribeUrl })
  const { subject, html, text } = template.namesUnsubscribing ? await withText(filled) : withLink(await withText(filled), unsubscribeUrl)
  const { from, replyTo } = letterheadOf(workspace, mailAddress, mailing.senderId, item)
  const to = [{ name: item.title, address: recipient.address }]
  const message: OutgoingMessage = { id: recipient.messageId, item, from, to, subject, at: now, senderUserId: mailing.senderId, mailing: { id: mailing.id, page: mailing.page } }
  const headers = { 'List-Unsubscribe': `<${unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click', Precedence: 'bulk' }
  return { message, mail: { from, to, replyTo, subject, html, text, headers, tags: tagsOf(message) } }
}

/** A mail that was written as HTML alone has a text for those who read no HTML. */
export async function withText(content: Content): Promise<Content> {
  return content.text.trim() === '' && content.html !== '' ? { ...content, text: await textOfHtml(content.html) } : content
}

/** Nobody should have to search for the way out: a template that does not name it gets it at the end. */
function withLink({ subject, html, text }: Content, url: string): Content {
  const link = `<p style="font-size:smaller"><a href="${url}">Unsubscribe</a></p>`
  const end = html.search(/<\/body\s*>/i)
  return { subject, html: html === '' ? '' : end < 0 ? html + link : html.slice(0, end) + link + html.slice(end), text: text === '' ? '' : `${text}\n\nUnsubscribe: ${url}\n` }
}
