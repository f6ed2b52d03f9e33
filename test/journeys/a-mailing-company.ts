import { inject } from 'vitest'
import { ADMIN, aPerson, giveRole, signedIn, until, type Client } from './client.ts'

export interface Mailing {
  readonly id: string
  readonly status: string
  readonly counts: Readonly<Record<'queued' | 'sent' | 'failed' | 'skipped' | 'unknown', number>>
  readonly skipped: Readonly<Record<string, number>>
}
export interface Sent {
  readonly to: string[]
  readonly subject: string
  readonly raw: string
  readonly from: string
}
export interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

/** A chief who sends mailings, a seller who may not, and the customers' mailboxes. */
export interface MailingCompany {
  readonly admin: Client
  readonly chief: Client
  readonly chiefEmail: string
  readonly seller: Client
  readonly sellerId: string
  /** The CRM's own address. */
  readonly crm: string
  /** Where the API answers. */
  readonly api: string
  /** A text that no other journey has. */
  readonly unique: string
  /** An address that nobody has yet. */
  newAddress(name?: string): string
  mailsTo(address: string): Promise<Sent[]>
  /** An item of the chief's, or of somebody else's. */
  make(type: string, values: object, by?: Client): Promise<number>
  aTemplate(values?: object): Promise<string>
  send(values: object, by?: Client): Promise<Mailing>
  /** The mailing, once it runs no more. */
  ended(id: string): Promise<Mailing>
}

export async function aMailingCompany(): Promise<MailingCompany> {
  const unique = `${Date.now().toString(36)}${process.pid.toString(36)}`
  const { api, outbox, mailAddress: crm } = inject('ready')
  const admin = await signedIn(ADMIN)
  const [boss, person] = [await aPerson(admin, { name: 'Carl Chief' }), await aPerson(admin, { name: 'Sam Seller' })]
  await giveRole(admin, 'Chief executive', { kind: 'user', id: boss.id })
  await giveRole(admin, 'Manager', { kind: 'user', id: person.id })
  const [chief, seller] = [await signedIn(boss.email), await signedIn(person.email)]
  let serial = 0
  const created = async <T>(path: string, values: object, by: Client): Promise<T> => {
    const { status, body, text } = await by<T>('POST', path, values)
    if (status !== 201) throw new Error(text)
    return body
  }
  return {
    admin,
    chief,
    chiefEmail: boss.email,
    seller,
    sellerId: person.id,
    crm,
    api,
    unique,
    newAddress: (name = 'buyer') => `${name}-${unique}-${(serial += 1)}@customer.example`,
    mailsTo: async (address) => ((await (await fetch(`${outbox}?to=${encodeURIComponent(address)}`)).json()) as { items: Sent[] }).items,
    make: async (type, values, by = chief) => Number((await created<{ id: number }>(`/v1/items/${type}`, values, by)).id),
    async aTemplate(values = {}) {
      const template = { name: 'News', subject: 'News for {{ item.firstName }}', html: '<p>Dear {{ item.firstName }},</p><p>{{ sender.name }}</p>', text: 'Dear {{ item.firstName }}, {{ sender.name }}', ...values }
      return (await created<{ id: string }>('/v1/mail/templates', template, admin)).id
    },
    send: (values, by = chief) => created<Mailing>('/v1/mailings', values, by),
    ended: async (id) =>
      (await until(async () => {
        const { body } = await chief<Mailing>('GET', `/v1/mailings/${id}`)
        return body.status === 'running' ? undefined : body
      }, 40_000)).value,
  }
}
