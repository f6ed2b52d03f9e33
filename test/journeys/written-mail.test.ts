import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { aMailingCompany } from './a-mailing-company.ts'
import { clientWith, timeline, until } from './client.ts'

const { admin, aTemplate, chief, mailsTo, make, newAddress, seller, sellerId, unique } = await aMailingCompany()

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
