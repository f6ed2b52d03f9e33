import * as z from 'zod'
import { route, type Route } from '../../shared/edge/route.ts'
import { ItemParam } from '../../shared/items/index.ts'
import * as mailings from '../../shared/mailings/index.ts'
import * as templates from '../../shared/templates/index.ts'
import type { Afterwards } from '../../shared/workspace/index.ts'

const { DryRunView, LetterInput, MailingInput, MailingPage, MailingParam, MailingView, Paging, RecipientPage, SentView, SuppressionPage, SuppressionQuery, TestInput, TokenParam } = mailings
const { PreviewInput, RenderedView, TemplateInput, TemplatePage, TemplateParam, TemplatePatch, TemplateQuery, TemplateView } = templates

export const routes = [
  route({ method: 'GET', path: '/v1/mail/templates', summary: 'Mail templates, newest first.', query: TemplateQuery, returns: TemplatePage, run: templates.listTemplates }),
  route({ method: 'POST', path: '/v1/mail/templates', summary: 'Make a mail template.', body: TemplateInput, returns: TemplateView, status: 201, run: templates.createTemplate }),
  route({ method: 'GET', path: '/v1/mail/templates/{id}', summary: 'One mail template with what it says.', params: TemplateParam, returns: TemplateView, run: templates.readTemplate }),
  route({ method: 'PATCH', path: '/v1/mail/templates/{id}', summary: 'Change a mail template.', params: TemplateParam, body: TemplatePatch, returns: TemplateView, run: templates.updateTemplate }),
  route({ method: 'DELETE', path: '/v1/mail/templates/{id}', summary: 'Remove a mail template.', params: TemplateParam, status: 204, run: templates.deleteTemplate }),
  route({ method: 'POST', path: '/v1/mail/templates/{id}/preview', summary: 'The mail that a template makes of an item.', params: TemplateParam, body: PreviewInput, returns: RenderedView, run: templates.previewTemplate }),
  route({ method: 'POST', path: '/v1/mail/templates/{id}/test', summary: 'Send a template to yourself.', params: TemplateParam, body: TestInput, returns: z.object({ to: z.string(), subject: z.string() }), manyTransactions: true, run: mailings.sendTest }),

  route({ method: 'GET', path: '/v1/mailings', summary: 'Mailings, newest first.', query: Paging, returns: MailingPage, run: mailings.listMailings }),
  route({ method: 'POST', path: '/v1/mailings', summary: 'Send a template to leads, contacts or companies, by number or by a list’s filter.', body: MailingInput, returns: MailingView, status: 201, run: mailings.createMailing }),
  route({ method: 'POST', path: '/v1/mailings/dry-run', summary: 'How many a mailing would reach, and why it would skip the others.', body: MailingInput, returns: DryRunView, run: mailings.dryRun }),
  route({ method: 'GET', path: '/v1/mailings/{id}', summary: 'How far a mailing has come.', params: MailingParam, returns: MailingView, run: mailings.readMailing }),
  route({ method: 'GET', path: '/v1/mailings/{id}/recipients', summary: 'What became of each item of a mailing.', params: MailingParam, query: Paging, returns: RecipientPage, run: mailings.listRecipients }),
  route({ method: 'POST', path: '/v1/mailings/{id}/cancel', summary: 'End a mailing: nothing more is sent.', params: MailingParam, returns: MailingView, manyTransactions: true, run: mailings.cancelMailing }),

  route({ method: 'POST', path: '/v1/items/{type}/{id}/mail', summary: 'Write to people of an item.', params: ItemParam, body: LetterInput, returns: SentView, status: 201, manyTransactions: true, run: mailings.writeToItem }),

  route({ method: 'GET', path: '/v1/mail/suppression', summary: 'Addresses that get no mailings, and why.', query: Paging, returns: SuppressionPage, run: mailings.listSuppression }),
  route({ method: 'DELETE', path: '/v1/mail/suppression', summary: 'Let an address have mailings again.', query: SuppressionQuery, status: 204, run: mailings.liftSuppression }),

  route({ method: 'GET', path: '/v1/unsubscribe/{token}', summary: 'The page behind the link in a mailing; it only asks.', public: true, params: TokenParam, produces: 'text/html', run: mailings.showUnsubscribing }),
  route({ method: 'POST', path: '/v1/unsubscribe/{token}', summary: 'Have no more mailings (RFC 8058).', public: true, params: TokenParam, produces: 'text/html', manyTransactions: true, run: mailings.unsubscribe }),
] as const satisfies readonly Route<mailings.SendingPorts & Afterwards>[]
