import type { SendMailOptions } from 'nodemailer'
import { inject } from 'vitest'
import { createClient, type CallOutput } from '../../shared/client/index.ts'
import type { ApiRoute } from '../../functions/routes.ts'
import { ADMIN, aPerson, clientOf, giveRole, sendMail, signedIn, tokenOf, until, type Caller } from './client.ts'

/** A salesperson who writes mail, customers who answer, and what the CRM makes of it, seen by the administrator. */

export type StoredMail = CallOutput<ApiRoute, 'GET /v1/mail/messages/{id}'>
export interface Ref {
  readonly type: string
  readonly id: number
}

export interface MailDesk {
  readonly crm: string
  readonly admin: Caller
  /** May see and change what is theirs. */
  readonly seller: Caller
  readonly sellerId: string
  readonly sellerEmail: string
  /** A text that no other journey has. */
  readonly unique: string
  /** An address that nobody has yet. */
  address(name: string): string
  make(type: string, values?: Record<string, unknown>, by?: Caller): Promise<Ref>
  /** Hands a mail to the CRM's server, as the sender's server does: only the CRM is named in the envelope. */
  send(mail: Omit<SendMailOptions, 'envelope'> & { from: string }): Promise<void>
  /** A mail as soon as it stands in the timeline of an item. */
  arrived(on: Ref, subject: string): Promise<StoredMail>
  /** A mail as soon as it waits for somebody. */
  waiting(subject: string, status?: 'unsorted' | 'quarantined' | 'unparsed'): Promise<StoredMail>
  /** Subjects of the mails in the timeline of an item, the newest first. */
  subjectsOn(on: Ref): Promise<unknown[]>
}

let serial = 0

export async function aMailDesk(): Promise<MailDesk> {
  const bare = await signedIn(ADMIN)
  const person = await aPerson(bare, { name: 'Sam Seller' })
  await giveRole(bare, 'Manager', { kind: 'user', id: person.id })
  const [admin, seller] = await Promise.all([clientOf(ADMIN), clientOf(person.email)])
  const { api, mailAddress: crm } = inject('ready')
  // For looking again and again: holding every look against the description would cost more than the mail.
  const watcher = createClient<ApiRoute>({ api, token: await tokenOf(ADMIN) })
  const unique = `${Date.now().toString(36)}${process.pid}`
  const mailsOn = async ({ type, id }: Ref) => (await watcher('GET /v1/items/{type}/{id}/timeline', { type, id, limit: 50 })).items.filter(({ kind }) => kind.startsWith('mail.'))
  const read = (id: string): Promise<StoredMail> => admin('GET /v1/mail/messages/{id}', { id })
  return {
    crm,
    admin,
    seller,
    sellerId: person.id,
    sellerEmail: person.email,
    unique,
    address: (name) => `${name}-${unique}-${(serial += 1)}@customer.example`,
    async make(type, values = {}, by = seller) {
      return { type, id: (await by('POST /v1/items/{type}', { type, values })).id }
    },
    send: (mail) => sendMail({ ...mail, envelope: { from: mail.from.replace(/^.*<|>$/g, ''), to: [crm] } }),
    async arrived(on, subject) {
      const { value } = await until(async () => (await mailsOn(on)).find(({ data }) => data['subject'] === subject))
      return read(String(value.data['messageId']))
    },
    async waiting(subject, status = 'unsorted') {
      const { value } = await until(async () => (await watcher('GET /v1/mail/unsorted', { status, limit: 50 })).items.find((one) => one.subject === subject))
      return read(value.id)
    },
    subjectsOn: async (on) => (await mailsOn(on)).map(({ data }) => data['subject']),
  }
}
