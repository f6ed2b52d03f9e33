import { beforeAll, describe, expect, inject, it } from 'vitest'
import { ADMIN, aPerson, giveRole, sendMail, signedIn, timeline, until, type Client } from './client.ts'

let admin: Client
let seller: Client
let sellerEmail: string
let sellerId: string
const unique = Date.now().toString(36)
const [anna, boris] = [`anna-${unique}@customer.example`, `boris-${unique}@customer.example`]
const crm = inject('ready').mailAddress

beforeAll(async () => {
  admin = await signedIn(ADMIN)
  const person = await aPerson(admin)
  sellerEmail = person.email
  sellerId = person.id
  await giveRole(admin, 'Manager', { kind: 'user', id: person.id })
  seller = await signedIn(person.email)
})

const make = async (type: string, values: object): Promise<number> => Number((await seller('POST', `/v1/items/${type}`, values)).body['id'])
const mailsOf = async (type: string, id: number): Promise<Record<string, unknown>[]> => (await timeline(admin, type, id)).filter(({ kind }) => kind.startsWith('mail.')).map(({ data }) => data)

/** The same bytes every time, as a file that is sent again. */
function offer(subject: string, to: string[]): { raw: Buffer; envelope: { from: string; to: string[] } } {
  const lines = [
    `From: Seller <${sellerEmail}>`, `To: ${to.join(', ')}`, `Cc: ${crm}`, `Message-ID: <${unique}-${Buffer.from(subject).toString('hex').slice(0, 40)}@mail.example>`, `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=`,
    'Date: Sat, 21 Nov 2026 10:00:00 +0000', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=outer', '',
    '--outer', 'Content-Type: multipart/alternative; boundary=inner', '',
    '--inner', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', 'Grüße, anbei das Angebot.', '',
    '--inner', 'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', '<p>Grüße, anbei das <b>Angebot</b>.</p><script>alert(1)</script>', '', '--inner--', '',
    '--outer', 'Content-Type: application/pdf; name=offer.pdf', 'Content-Disposition: attachment; filename=offer.pdf', 'Content-Transfer-Encoding: base64', '', Buffer.from('%PDF-1.4 an offer').toString('base64'), '', '--outer--', '',
  ]
  return { raw: Buffer.from(lines.join('\r\n')), envelope: { from: sellerEmail, to: [...to, crm].filter((address) => address === crm) } }
}

describe('a mail from an employee to customers with a copy to the CRM', () => {
  it('SNS-2, SNS-5, SNS-6: stands within two seconds in every timeline it belongs to, with text, attachment and original, and only once', async () => {
    const lead = await make('lead', { firstName: 'Anna', emails: [{ value: anna.toUpperCase() }] })
    const contact = await make('contact', { firstName: 'Anna', emails: [{ value: anna }] })
    const company = await make('company', { title: 'Customer', emails: [{ value: 'x@customer.example' }, { value: boris }] })
    const stranger = await make('contact', { firstName: 'Stranger', emails: [{ value: `other-${unique}@customer.example` }] })
    const subject = 'Angebot für Ihr Dach – Bērziņa'
    const mail = offer(subject, [anna, boris])
    await sendMail(mail)
    const { value: first, milliseconds } = await until(async () => {
      const found = await Promise.all([mailsOf('lead', lead), mailsOf('contact', contact), mailsOf('company', company)])
      return found.every((mails) => mails.length === 1) ? found[0]?.[0] : undefined
    })
    expect(milliseconds).toBeLessThan(2000)
    expect(first?.['subject']).toBe(subject)

    const path = `/v1/mail/messages/${String(first?.['messageId'])}`
    const message = (await seller('GET', path)).body
    expect(message).toMatchObject({ direction: 'out', subject, status: 'routed', from: { address: sellerEmail } })
    expect(message['text']).toContain('Grüße, anbei das Angebot.')
    expect(message['html']).toContain('<b>Angebot</b>')
    expect(message['html']).not.toContain('script')
    expect(message['bindings']).toEqual(expect.arrayContaining([{ type: 'lead', id: lead }, { type: 'contact', id: contact }, { type: 'company', id: company }]))
    expect(message['attachments']).toMatchObject([{ name: 'offer.pdf', contentType: 'application/pdf', size: 17 }])

    const attachment = await seller('GET', `${path}/attachments/0`)
    expect(attachment.status).toBe(302)
    const file = await fetch(attachment.headers.get('location') ?? '')
    expect(await file.text()).toBe('%PDF-1.4 an offer')
    expect(file.headers.get('content-disposition')).toMatch(/^attachment/)
    const raw = await fetch((await seller('GET', `${path}/raw`)).headers.get('location') ?? '')
    expect(await raw.text()).toContain(mail.raw.toString())

    await sendMail(mail)
    await sendMail({ ...offer(`${subject} second`, [anna]) })
    await until(async () => ((await mailsOf('contact', contact)).length === 2 ? true : undefined))
    expect((await mailsOf('lead', lead)).map((one) => one['subject'])).toEqual([`${subject} second`, subject])
    expect(await mailsOf('company', company)).toHaveLength(1)
    expect(await mailsOf('contact', stranger)).toEqual([])
    expect((await timeline(admin, 'contact', contact)).find(({ kind }) => kind === 'mail.sent')?.actorId).toBe(sellerId)
  })

  it('SNS-4: a key in the subject puts it on that deal alone', async () => {
    const contact = await make('contact', { firstName: 'Carla', emails: [{ value: `carla-${unique}@customer.example` }] })
    const deal = await make('deal', { title: 'Roof' })
    await sendMail({ from: sellerEmail, to: `carla-${unique}@customer.example`, cc: crm, subject: `Papers did#${deal}`, text: 'As agreed.', envelope: { from: sellerEmail, to: [crm] } })
    await until(async () => ((await mailsOf('deal', deal)).length === 1 ? true : undefined))
    expect(await mailsOf('contact', contact)).toEqual([])
  })

  it('ACC-8: who may read none of its items does not find the message', async () => {
    const deal = await make('deal', { title: 'Hidden' })
    await sendMail({ from: sellerEmail, to: crm, subject: `DID#${deal}`, text: 'Secret.' })
    const { value } = await until(async () => (await mailsOf('deal', deal))[0])
    const other = await aPerson(admin)
    const outsider = await signedIn(other.email)
    const hidden = await outsider('GET', `/v1/mail/messages/${String(value['messageId'])}`)
    const missing = await outsider('GET', '/v1/mail/messages/msg_none')
    expect(hidden.status).toBe(404)
    expect({ ...hidden.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' })
  })

  it('SNS-6: a mail of 30 MB is kept with its attachment', async () => {
    const contact = await make('contact', { firstName: 'Large', emails: [{ value: `large-${unique}@customer.example` }] })
    const content = Buffer.alloc(22_000_000, 'leadline ')
    await sendMail({ from: sellerEmail, to: `large-${unique}@customer.example`, cc: crm, subject: 'Plans', text: 'See the plans.', attachments: [{ filename: 'plans.bin', content }], envelope: { from: sellerEmail, to: [crm] } })
    const { value } = await until(async () => (await mailsOf('contact', contact))[0], 30_000)
    const message = (await admin('GET', `/v1/mail/messages/${String(value['messageId'])}`)).body
    expect(message['attachments']).toMatchObject([{ name: 'plans.bin', size: content.length }])
  })
})
