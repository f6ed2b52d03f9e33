import * as mail from '../../shared/mail/index.ts'
// By name: taken out of the object above they would keep all of it, with the way in for mail, in this function.
import { Assignment, AttachmentParam, MailSettings, MailSettingsInput, MessagePage, MessageParam, MessageView, UnsortedQuery } from '../../shared/mail/index.ts'
import { route, type Route } from '../../shared/edge/route.ts'

export const routes = [
  route({ method: 'GET', path: '/v1/mail/settings', summary: 'Settings of Send&Save: the addresses of the CRM and the keys of its items.', returns: MailSettings, run: mail.readSettings }),
  route({ method: 'PUT', path: '/v1/mail/settings', summary: 'Replace the settings of Send&Save.', body: MailSettingsInput, returns: MailSettings, run: mail.changeSettings }),

  route({ method: 'GET', path: '/v1/mail/messages/{id}', summary: 'One mail with its text, attachments and the items it stands on.', params: MessageParam, returns: MessageView, run: mail.readMessage }),
  route({ method: 'GET', path: '/v1/mail/messages/{id}/raw', summary: 'Where the raw original can be fetched for a minute.', params: MessageParam, status: 302, run: mail.downloadRaw }),
  route({ method: 'GET', path: '/v1/mail/messages/{id}/attachments/{n}', summary: 'Where an attachment can be fetched for a minute; the first has the number 0.', params: AttachmentParam, status: 302, run: mail.downloadAttachment }),
  route({ method: 'POST', path: '/v1/mail/messages/{id}/assign', summary: 'Add a mail to items by hand.', params: MessageParam, body: Assignment, returns: MessageView, manyTransactions: true, takesIfMatch: true, run: mail.assignMessage }),
  route({ method: 'POST', path: '/v1/mail/messages/{id}/replay', summary: 'Route a mail again after the data was mended.', params: MessageParam, returns: MessageView, manyTransactions: true, takesIfMatch: true, run: mail.replayMessage }),

  route({ method: 'GET', path: '/v1/mail/unsorted', summary: 'Mails that wait for somebody, newest first: all of them, or those with one status.', query: UnsortedQuery, returns: MessagePage, run: mail.listUnsorted }),
] as const satisfies readonly Route<mail.MailPorts>[]
