import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { ADMIN, aPerson, clientWith, giveRole, sendMail, signedIn, timeline, until, type Client } from './client.ts'

interface Mailing {
  readonly id: string
  readonly status: string
  readonly counts: Readonly<Record<'queued' | 'sent' | 'failed' | 'skipped' | 'unknown', number>>
  readonly skipped: Readonly<Record<string, number>>
}
interface Sent {
  readonly to: string[]
  readonly subject: string
  readonly raw: string
  readonly from: string
}
interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

const unique = Date.now().toString(36)
const crm = inject('ready').mailAddress
const { api, outbox } = inject('ready')
let serial = 0
let admin: Client
let chief: Client
let seller: Client
let sellerId: string
let chiefEmail: string

beforeAll(async () => {
  admin = await signedIn(ADMIN)
  const [boss, person] = [await aPerson(admin, { name: 'Carl Chief' }), await aPerson(admin, { name: 'Sam Seller' })]
  chiefEmail = boss.email
  sellerId = person.id
  await giveRole(admin, 'Chief executive', { kind: 'user', id: boss.id })
  await giveRole(admin, 'Manager', { kind: 'user', id: person.id })
  ;[chief, seller] = [await signedIn(boss.email), await signedIn(person.email)]
})

const newAddress = (name = 'buyer'): string => `${name}-${unique}-${(serial += 1)}@customer.example`
const mailsTo = async (address: string): Promise<Sent[]> => ((await (await fetch(`${outbox}?to=${encodeURIComponent(address)}`)).json()) as { items: Sent[] }).items

async function make(type: string, values: object, by = chief): Promise<number> {
  const { status, body, text } = await by('POST', `/v1/items/${type}`, values)
  if (status !== 201) throw new Error(text)
  return Number(body['id'])
}

async function aTemplate(values: object = {}): Promise<string> {
  const { status, body, text } = await admin('POST', '/v1/mail/templates', { name: 'News', subject: 'News for {{ item.firstName }}', html: '<p>Dear {{ item.firstName }},</p><p>{{ sender.name }}</p>', text: 'Dear {{ item.firstName }}, {{ sender.name }}', ...values })
  if (status !== 201) throw new Error(text)
  return String(body['id'])
}

async function send(values: object, by = chief): Promise<Mailing> {
  const { status, body, text } = await by<Mailing>('POST', '/v1/mailings', values)
  if (status !== 201) throw new Error(text)
  return body
}

const ended = async (id: string): Promise<Mailing> =>
  (await until(async () => {
    const { body } = await chief<Mailing>('GET', `/v1/mailings/${id}`)
    return body.status === 'running' ? undefined : body
  }, 40_000)).value

describe('mail templates', () => {
  it('BLK-2: are made, read, listed, changed and removed by who has settings, and read by everybody', async () => {
    const id = await aTemplate({ name: `Spring ${unique}`, type: 'contact' })
    const read = await seller('GET', `/v1/mail/templates/${id}`)
    expect(read).toMatchObject({ status: 200, body: { id, name: `Spring ${unique}`, type: 'contact', subject: 'News for {{ item.firstName }}', version: 1 } })
    expect((await seller<Page<{ id: string }>>('GET', '/v1/mail/templates?limit=200')).body.items.map((one) => one.id)).toContain(id)
    expect((await seller('PATCH', `/v1/mail/templates/${id}`, { name: 'Mine' })).status).toBe(403)
    expect((await seller('POST', '/v1/mail/templates', { name: 'Mine', subject: 'x', text: 'x' })).status).toBe(403)
    expect((await admin('PATCH', `/v1/mail/templates/${id}`, { subject: 'New for {{ item.lastName }}' }, { 'if-match': '"1"' })).body).toMatchObject({ subject: 'New for {{ item.lastName }}', version: 2 })
    expect((await admin('PATCH', `/v1/mail/templates/${id}`, { subject: 'Late' }, { 'if-match': '"1"' })).status).toBe(412)
    expect((await admin('DELETE', `/v1/mail/templates/${id}`)).status).toBe(204)
    expect((await admin('GET', `/v1/mail/templates/${id}`)).status).toBe(404)
  })

  it.each([
    ['an unknown field', { subject: 'Hello {{ item.nickname }}' }, '/subject'],
    ['an unknown object', { html: '<p>{{ user.password }}</p>' }, '/html'],
    ['a field of another type', { type: 'company', text: '{{ item.firstName }}' }, '/text'],
    ['an unknown filter', { text: '{{ item.firstName | shout }}' }, '/text'],
    ['a raw value', { html: '{{ item.firstName | raw }}' }, '/html'],
    ['another template', { html: '{% include "x" %}' }, '/html'],
    ['a prototype', { text: '{{ item.__proto__ }}' }, '/text'],
    ['a constructor', { text: '{{ item.constructor.name }}' }, '/text'],
    ['a field by way of another name', { text: '{% assign x = item %}{{ x.nickname }}' }, '/text'],
    ['something that is no Liquid', { html: '{% if %}' }, '/html'],
    ['a loop without end', { text: '{% for i in (1..100000) %}{% for j in (1..100000) %}.{% endfor %}{% endfor %}' }, '/text'],
  ])('BLK-2: %s is refused when the template is saved, and named', async (_what, values, pointer) => {
    const answer = await admin<{ errors: { pointer: string }[] }>('POST', '/v1/mail/templates', { name: 'Bad', subject: 'Hello', text: 'Hello', ...values })
    expect(answer).toMatchObject({ status: 400, body: { code: 'template.invalid' } })
    expect(answer.body.errors.map((one) => one.pointer)).toEqual([pointer])
  })

  it('BLK-2: are shown filled in for an item that one may read: values escaped, missing ones empty, subjects on one line', async () => {
    const id = await aTemplate({ subject: 'For {{ item.firstName }}{{ item.post }}', html: '<p>{{ item.firstName }} {{ item.lastName }} {{ responsible.name }} {{ item.emails[3].value }}</p>', text: '{{ item.firstName }}' })
    const contact = await make('contact', { firstName: '<script>alert(1)</script>\r\nBcc: x@y.example' })
    const { body } = await chief('POST', `/v1/mail/templates/${id}/preview`, { type: 'contact', id: contact })
    expect(body['html']).toBe('<p>&lt;script&gt;alert(1)&lt;/script&gt;\nBcc: x@y.example  Carl Chief </p>')
    expect(body['subject']).toBe('For <script>alert(1)</script> Bcc: x@y.example')
    expect((await seller('POST', `/v1/mail/templates/${id}/preview`, { type: 'contact', id: contact })).status).toBe(404)
  })

  it('BLK-2: are sent to oneself as a test', async () => {
    const id = await aTemplate({ subject: `Test ${unique}` })
    expect(await chief('POST', `/v1/mail/templates/${id}/test`, {})).toMatchObject({ status: 200, body: { to: chiefEmail } })
    expect((await mailsTo(chiefEmail)).map(({ subject }) => subject)).toContain(`Test ${unique}`)
    expect((await seller('POST', `/v1/mail/templates/${id}/test`, {})).status).toBe(403)
  })
})

describe('a mailing', () => {
  it('BLK-1, BLK-3: goes once to each address of the chosen items that one may read, and says why it skipped the others', async () => {
    const [anna, boris] = [newAddress('anna'), newAddress('boris')]
    const ids = [
      await make('contact', { firstName: 'Anna', emails: [{ value: anna }] }),
      await make('contact', { firstName: 'Anna again', emails: [{ value: anna.toUpperCase() }] }),
      await make('contact', { firstName: 'Boris', emails: [{ value: boris }, { value: newAddress() }] }),
      await make('contact', { firstName: 'Nobody' }),
      999_999_999,
    ]
    const templateId = await aTemplate()
    const dry = await chief('POST', '/v1/mailings/dry-run', { templateId, type: 'contact', ids })
    expect(dry.body).toEqual({ counts: { queued: 2, sent: 0, failed: 0, skipped: 3, unknown: 0 }, skipped: { address_used: 1, no_address: 1, not_found: 1 }, complete: true })
    const { id } = await send({ templateId, type: 'contact', ids })
    expect(id).toMatch(/^mlg_/)
    const result = await ended(id)
    expect(result).toMatchObject({ status: 'completed', counts: { queued: 0, sent: 2, failed: 0, skipped: 3, unknown: 0 }, skipped: { address_used: 1, no_address: 1, not_found: 1 } })
    // The outbox compares without letter case too.
    expect(await mailsTo(anna)).toHaveLength(1)
    const [mail] = await mailsTo(boris)
    expect(mail).toMatchObject({ subject: 'News for Boris', from: crm })
    expect(mail?.raw).toMatch(/^From: Carl Chief <crm@/m)
    expect(mail?.raw).toContain('Dear Boris')

    const boriss = ids[2] ?? 0
    const entry = (await until(async () => (await timeline(chief, 'contact', boriss)).find(({ kind }) => kind === 'mailing.sent'))).value
    expect(entry.data).toMatchObject({ subject: 'News for Boris', mailingId: id })
    const message = (await until(async () => {
      const { body } = await chief('GET', `/v1/mail/messages/${String(entry.data['messageId'])}`)
      return (body['fate'] as { status: string }).status === 'delivered' ? body : undefined
    })).value
    expect(message).toMatchObject({ direction: 'out', subject: 'News for Boris', bindings: [{ type: 'contact', id: boriss }], mailingId: id, to: [{ address: boris }] })
    expect(message['html']).toContain('Dear Boris')
    expect((await seller('GET', `/v1/mail/messages/${String(entry.data['messageId'])}`)).status).toBe(404)

    const recipients = (await chief<Page<Record<string, unknown>>>('GET', `/v1/mailings/${id}/recipients`)).body.items
    expect(recipients.map(({ item, state, reason }) => [(item as { id: number }).id, state, reason])).toEqual(expect.arrayContaining([[ids[3], 'skipped', 'no_address'], [boriss, 'sent', null]]))
    expect(recipients).toHaveLength(4)
  })

  it('BLK-1: goes to all that a list with its filter shows, over all its pages, and to nobody whom the sender may not read', async () => {
    const marker = `Filter${unique}`
    const addresses = Array.from({ length: 3 }, () => newAddress())
    for (const value of addresses) await make('lead', { firstName: 'Lea', lastName: marker, emails: [{ value }] })
    const own = newAddress('own')
    await make('lead', { firstName: 'Own', lastName: marker, emails: [{ value: own }] }, seller)
    const templateId = await aTemplate({ type: 'lead' })
    const { id } = await send({ templateId, type: 'lead', filter: `lastName=${marker}&responsibleId[ne]=${sellerId}` })
    expect(await ended(id)).toMatchObject({ counts: { sent: 3, skipped: 0 } })
    expect(await mailsTo(own)).toHaveLength(0)

    const mailer = (await admin<{ id: string }>('POST', '/v1/roles', { name: `Mailer ${unique}`, flags: { bulkMail: true } })).body.id
    await admin('PUT', `/v1/roles/${mailer}/bindings`, { bindings: [{ kind: 'user', id: sellerId }] })
    const mine = await send({ templateId, type: 'lead', filter: `lastName=${marker}` }, seller)
    expect(await ended(mine.id)).toMatchObject({ counts: { sent: 1, skipped: 0 } })
    expect(await mailsTo(own)).toHaveLength(1)
    await admin('PUT', `/v1/roles/${mailer}/bindings`, { bindings: [] })
  })

  it('BLK-1: needs the flag bulkMail, a known template of the type, and a filter that the list takes', async () => {
    const templateId = await aTemplate({ type: 'lead' })
    expect((await seller('POST', '/v1/mailings', { templateId, type: 'lead', ids: [1] })).status).toBe(403)
    expect((await seller('GET', '/v1/mailings')).status).toBe(403)
    for (const [values, code] of [
      [{ templateId: 'tpl_none', type: 'lead', ids: [1] }, 'template.unknown'],
      [{ templateId, type: 'contact', ids: [1] }, 'template.other_type'],
      [{ templateId, type: 'lead', filter: 'colour=red' }, 'filter.unknown_field'],
      [{ templateId, type: 'deal', ids: [1] }, 'request.invalid'],
      [{ templateId, type: 'lead' }, 'request.invalid'],
      [{ templateId, type: 'lead', ids: [1], filter: '' }, 'request.invalid'],
    ] as const) expect(await chief('POST', '/v1/mailings', values)).toMatchObject({ status: 400, body: { code } })
    expect((await chief('GET', '/v1/mailings/mlg_none')).status).toBe(404)
  })

  it('BLK-4: is begun once for an Idempotency-Key, is listed, and goes on in the words it began with', async () => {
    const address = newAddress()
    const contact = await make('contact', { firstName: 'Once', emails: [{ value: address }] })
    const templateId = await aTemplate({ subject: `First words ${unique}` })
    const key = { 'idempotency-key': randomUUID() }
    const [first, again] = [await chief<Mailing>('POST', '/v1/mailings', { templateId, type: 'contact', ids: [contact] }, key), await chief<Mailing>('POST', '/v1/mailings', { templateId, type: 'contact', ids: [contact] }, key)]
    await admin('PATCH', `/v1/mail/templates/${templateId}`, { subject: 'Other words' })
    expect(again.body).toEqual(first.body)
    await ended(first.body.id)
    expect((await mailsTo(address)).map(({ subject }) => subject)).toEqual([`First words ${unique}`])
    expect((await chief<Page<Mailing>>('GET', '/v1/mailings?limit=200')).body.items.filter(({ id }) => id === first.body.id)).toHaveLength(1)
  })

  it('BLK-4: can be cancelled: nothing more is claimed, and the rest counts as skipped', async () => {
    const addresses = Array.from({ length: 60 }, () => newAddress('cancel'))
    const ids = await Promise.all(addresses.map((value) => make('contact', { firstName: 'C', emails: [{ value }] })))
    const { id } = await send({ templateId: await aTemplate(), type: 'contact', ids })
    await until(async () => ((await mailsTo(addresses[3] ?? '')).length > 0 ? true : undefined))
    expect((await chief<Mailing>('POST', `/v1/mailings/${id}/cancel`)).body.status).toBe('cancelled')
    const result = (await until(async () => {
      const [one, other] = [await ended(id), await new Promise((done) => setTimeout(done, 2500)).then(() => ended(id))]
      return JSON.stringify(one) === JSON.stringify(other) ? other : undefined
    }, 30_000)).value
    const sent = (await Promise.all(addresses.map(mailsTo))).flat().length
    expect(sent).toBeLessThan(60)
    expect(result.counts).toEqual({ queued: 0, sent, failed: 0, skipped: 60 - sent, unknown: 0 })
    expect(result.skipped).toEqual({ cancelled: 60 - sent })
  })

  it('BLK-5: can be left with one click: the page only asks, the post acts, and the next mailing skips the address', async () => {
    const address = newAddress('leaver')
    const contact = await make('contact', { firstName: 'Lea', emails: [{ value: address }] })
    const templateId = await aTemplate()
    await ended((await send({ templateId, type: 'contact', ids: [contact] })).id)
    const raw = (await mailsTo(address))[0]?.raw.replaceAll(/\r\n[ \t]+/g, ' ') ?? ''
    const link = /^List-Unsubscribe: *<(http[^>]+)>/m.exec(raw)?.[1] ?? ''
    expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m)
    expect(link.startsWith(`${api}/v1/unsubscribe/`)).toBe(true)

    const page = await fetch(link)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await page.text()).toContain('<form method="post">')
    const listed = async (): Promise<unknown> => (await admin<Page<{ address: string; reason: string }>>('GET', '/v1/mail/suppression?limit=200')).body.items.find((one) => one.address === address)
    expect(await listed()).toBeUndefined()

    for (let time = 0; time < 2; time += 1) {
      const done = await fetch(link, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' })
      expect(done.status).toBe(200)
    }
    expect(await listed()).toMatchObject({ reason: 'unsubscribed' })
    expect(await ended((await send({ templateId, type: 'contact', ids: [contact] })).id)).toMatchObject({ counts: { sent: 0, skipped: 1 }, skipped: { unsubscribed: 1 } })
    expect(await mailsTo(address)).toHaveLength(1)

    for (const made of [`${link}x`, `${api}/v1/unsubscribe/${Buffer.from('a@b.example').toString('base64url')}.aaaaaaaaaaaaaaaaaaaaaa`]) expect((await fetch(made, { method: 'POST' })).status).toBe(404)
    expect((await chief('GET', '/v1/mail/suppression')).status).toBe(403)
    expect((await admin('DELETE', `/v1/mail/suppression?address=${encodeURIComponent(address.toUpperCase())}`)).status).toBe(204)
    expect((await admin('DELETE', `/v1/mail/suppression?address=${encodeURIComponent(address)}`)).status).toBe(404)
    expect(await ended((await send({ templateId, type: 'contact', ids: [contact] })).id)).toMatchObject({ counts: { sent: 1 } })
  })

  it('BLK-3, BLK-5: hard bounces and complaints show on the message and suppress the address', async () => {
    const [bounce, complaint] = [`bounce+${unique}@simulator.amazonses.com`, `complaint+${unique}@simulator.amazonses.com`]
    const ids = [await make('contact', { firstName: 'Bo', emails: [{ value: bounce }] }), await make('contact', { firstName: 'Co', emails: [{ value: complaint }] })]
    const templateId = await aTemplate()
    const { id } = await send({ templateId, type: 'contact', ids })
    expect((await ended(id)).counts).toMatchObject({ sent: 2 })
    const fates = (await until(async () => {
      const { items } = (await chief<Page<{ fate: { status: string } | null }>>('GET', `/v1/mailings/${id}/recipients`)).body
      const found = items.map(({ fate }) => fate?.status)
      return found.includes('bounced') && found.includes('complained') ? found : undefined
    })).value
    expect(fates).toEqual(['bounced', 'complained'])
    const listed = (await admin<Page<{ address: string; reason: string }>>('GET', '/v1/mail/suppression?limit=200')).body.items
    expect(listed).toEqual(expect.arrayContaining([expect.objectContaining({ address: bounce, reason: 'bounced' }), expect.objectContaining({ address: complaint, reason: 'complained' })]))
    expect((await ended((await send({ templateId, type: 'contact', ids })).id)).skipped).toEqual({ suppressed: 2 })
    expect(await chief('POST', `/v1/items/contact/${ids[0] ?? 0}/mail`, { subject: 'Hello', text: 'Hello' })).toMatchObject({ status: 400, body: { code: 'mail.address_suppressed' } })
  })

  it('BLK-5: replies come back to the item that was written to, whoever else holds the address', async () => {
    const address = newAddress('replier')
    const written = await make('contact', { firstName: 'Rita', emails: [{ value: address }] })
    const { id } = await send({ templateId: await aTemplate(), type: 'contact', ids: [written] })
    await ended(id)
    const other = await make('contact', { firstName: 'Other', emails: [{ value: address }] })
    const raw = (await mailsTo(address))[0]?.raw ?? ''
    const messageId = /^Message-ID: *(<[^>]+>)/im.exec(raw)?.[1] ?? ''
    const replyTo = /^Reply-To: *(\S+)/im.exec(raw)?.[1] ?? ''
    await until(async () => ((await chief<Page<{ fate: unknown }>>('GET', `/v1/mailings/${id}/recipients`)).body.items[0]?.fate ? true : undefined))
    await sendMail({ from: address, to: crm, inReplyTo: messageId, references: messageId, subject: `Re: by thread ${unique}`, text: 'Yes.' })
    await sendMail({ from: newAddress('elsewhere'), to: replyTo, subject: `Re: by address ${unique}`, text: 'Yes, please.' })
    const received = async (contact: number): Promise<unknown[]> => (await timeline(chief, 'contact', contact)).filter(({ kind }) => kind === 'mail.received').map(({ data }) => data['subject'])
    await until(async () => ((await received(written)).length === 2 ? true : undefined))
    expect((await received(written)).toSorted()).toEqual([`Re: by address ${unique}`, `Re: by thread ${unique}`])
    expect(await received(other)).toEqual([])
  })
})

describe('a mail from an item', () => {
  it('is sent to its people by who may update it, once for a key, and stands in its timeline', async () => {
    const address = newAddress('written')
    const contact = await make('contact', { firstName: 'Wanda', emails: [{ value: address }] })
    const letter = { subject: `Our offer ${unique}`, html: '<p>Dear <b>Wanda</b></p><script>alert(1)</script>' }
    const key = { 'idempotency-key': randomUUID() }
    const first = await chief('POST', `/v1/items/contact/${contact}/mail`, letter, key)
    expect(first).toMatchObject({ status: 201, body: { to: [address], subject: letter.subject, status: 'sent' } })
    expect((await chief('POST', `/v1/items/contact/${contact}/mail`, letter, key)).body).toEqual(first.body)
    expect(await mailsTo(address)).toHaveLength(1)
    const entry = (await until(async () => (await timeline(chief, 'contact', contact)).find(({ kind }) => kind === 'mail.sent'))).value
    expect(entry.data).toEqual({ messageId: first.body['messageId'], subject: letter.subject })
    const message = (await chief('GET', `/v1/mail/messages/${String(first.body['messageId'])}`)).body
    expect(message).toMatchObject({ text: 'Dear Wanda', html: '<p>Dear <b>Wanda</b></p>', direction: 'out' })
    expect((await admin('POST', `/v1/mail/messages/${String(first.body['messageId'])}/replay`)).body['bindings']).toEqual([{ type: 'contact', id: contact }])

    expect((await seller('POST', `/v1/items/contact/${contact}/mail`, letter)).status).toBe(404)
    await chief('POST', `/v1/items/contact/${contact}/observers`, { userIds: [sellerId] })
    expect((await seller('POST', `/v1/items/contact/${contact}/mail`, letter)).status).toBe(403)
  })

  it('takes a template, other addresses, and the contacts of a deal', async () => {
    const [address, third] = [newAddress('linked'), newAddress('third')]
    const contact = await make('contact', { firstName: 'Lina', emails: [{ value: address }] })
    const deal = await make('deal', { title: 'Roof', contactIds: [contact] })
    const templateId = await aTemplate({ subject: 'About {{ item.title }}' })
    expect(await chief('POST', `/v1/items/deal/${deal}/mail`, { templateId })).toMatchObject({ status: 201, body: { to: [address], subject: 'About Roof' } })
    expect(await chief('POST', `/v1/items/deal/${deal}/mail`, { templateId, to: third })).toMatchObject({ status: 201, body: { to: [third] } })
    const lonely = await make('deal', { title: 'Lonely' })
    expect(await chief('POST', `/v1/items/deal/${lonely}/mail`, { templateId })).toMatchObject({ status: 422, body: { code: 'mail.no_address' } })
    expect((await chief('POST', `/v1/items/deal/${deal}/mail`, { subject: 'Empty' })).status).toBe(400)
    expect((await clientWith(undefined)('POST', `/v1/items/deal/${deal}/mail`, { templateId })).status).toBe(401)
  })
})
