import * as z from 'zod'
import { route, type Route } from '../../shared/edge/route.ts'
import { PageQuery } from '../../shared/kernel/page.ts'
import type { SendingPorts } from '../../shared/mailings/index.ts'
import { DryRunView, LetterInput, MailingInput, MailingPage, MailingParam, MailingView, RecipientPage, SentView, SuppressionPage, SuppressionQuery, TestInput, TokenParam } from '../../shared/mailings/schema.ts'
import { PreviewInput, RenderedView, TemplateInput, TemplatePage, TemplateParam, TemplatePatch, TemplateView } from '../../shared/templates/schema.ts'
import type { Afterwards, Ctx } from '../../shared/workspace/index.ts'

// Lists, mail and templates together are large, so they are loaded with the first request; to know the routes takes their schemas alone.
const mailings = () => import('../../shared/mailings/index.ts')
const templates = () => import('../../shared/templates/index.ts')
type Sending = Ctx & SendingPorts & Afterwards

const ItemParam = z.object({ type: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), id: z.string().regex(/^[1-9]\d{0,14}$/).transform(Number) })

export const routes = [
  route({ method: 'GET', path: '/v1/mail/templates', summary: 'Mail templates, newest first.', query: PageQuery, returns: TemplatePage, run: async (ctx: Sending, input) => (await templates()).listTemplates(ctx, input) }),
  route({ method: 'POST', path: '/v1/mail/templates', summary: 'Make a mail template.', body: TemplateInput, returns: TemplateView, status: 201, run: async (ctx: Sending, input) => (await templates()).createTemplate(ctx, input) }),
  route({ method: 'GET', path: '/v1/mail/templates/{id}', summary: 'One mail template with what it says.', params: TemplateParam, returns: TemplateView, run: async (ctx: Sending, input) => (await templates()).readTemplate(ctx, input) }),
  route({ method: 'PATCH', path: '/v1/mail/templates/{id}', summary: 'Change a mail template.', params: TemplateParam, body: TemplatePatch, returns: TemplateView, takesIfMatch: true, run: async (ctx: Sending, input) => (await templates()).updateTemplate(ctx, input) }),
  route({ method: 'DELETE', path: '/v1/mail/templates/{id}', summary: 'Remove a mail template.', params: TemplateParam, status: 204, takesIfMatch: true, run: async (ctx: Sending, input) => (await templates()).deleteTemplate(ctx, input) }),
  route({ method: 'POST', path: '/v1/mail/templates/{id}/preview', summary: 'The mail that a template makes of an item.', params: TemplateParam, body: PreviewInput, returns: RenderedView, run: async (ctx: Sending, input) => (await templates()).previewTemplate(ctx, input) }),
  route({ method: 'POST', path: '/v1/mail/templates/{id}/test', summary: 'Send a template to yourself.', params: TemplateParam, body: TestInput, returns: z.object({ to: z.string(), subject: z.string() }), manyTransactions: true, run: async (ctx: Sending, input) => (await mailings()).sendTest(ctx, input) }),

  route({ method: 'GET', path: '/v1/mailings', summary: 'Mailings, newest first.', query: PageQuery, returns: MailingPage, run: async (ctx: Sending, input) => (await mailings()).listMailings(ctx, input) }),
  route({ method: 'POST', path: '/v1/mailings', summary: 'Send a template to leads, contacts or companies, by number or by a list’s filter.', body: MailingInput, returns: MailingView, status: 201, run: async (ctx: Sending, input) => (await mailings()).createMailing(ctx, input) }),
  route({ method: 'POST', path: '/v1/mailings/dry-run', summary: 'How many a mailing would reach, and why it would skip the others.', body: MailingInput, returns: DryRunView, run: async (ctx: Sending, input) => (await mailings()).dryRun(ctx, input) }),
  route({ method: 'GET', path: '/v1/mailings/{id}', summary: 'How far a mailing has come.', params: MailingParam, returns: MailingView, run: async (ctx: Sending, input) => (await mailings()).readMailing(ctx, input) }),
  route({ method: 'GET', path: '/v1/mailings/{id}/recipients', summary: 'What became of each item of a mailing.', params: MailingParam, query: PageQuery, returns: RecipientPage, run: async (ctx: Sending, input) => (await mailings()).listRecipients(ctx, input) }),
  route({ method: 'POST', path: '/v1/mailings/{id}/cancel', summary: 'End a mailing: nothing more is sent.', params: MailingParam, returns: MailingView, manyTransactions: true, run: async (ctx: Sending, input) => (await mailings()).cancelMailing(ctx, input) }),

  route({ method: 'POST', path: '/v1/items/{type}/{id}/mail', summary: 'Write to people of an item.', params: ItemParam, body: LetterInput, returns: SentView, status: 201, manyTransactions: true, run: async (ctx: Sending, input) => (await mailings()).writeToItem(ctx, input) }),

  route({ method: 'GET', path: '/v1/mail/suppression', summary: 'Addresses that get no mailings, and why.', query: PageQuery, returns: SuppressionPage, run: async (ctx: Sending, input) => (await mailings()).listSuppression(ctx, input) }),
  route({ method: 'DELETE', path: '/v1/mail/suppression', summary: 'Let an address have mailings again.', query: SuppressionQuery, status: 204, run: async (ctx: Sending, input) => (await mailings()).liftSuppression(ctx, input) }),

  route({ method: 'GET', path: '/v1/unsubscribe/{token}', summary: 'The page behind the link in a mailing; it only asks.', public: true, params: TokenParam, produces: 'text/html', run: async (ctx: Sending, input) => (await mailings()).showUnsubscribing(ctx, input) }),
  route({ method: 'POST', path: '/v1/unsubscribe/{token}', summary: 'Have no more mailings (RFC 8058).', public: true, params: TokenParam, produces: 'text/html', manyTransactions: true, run: async (ctx: Sending, input) => (await mailings()).unsubscribe(ctx, input) }),
] as const satisfies readonly Route<SendingPorts & Afterwards>[]
