import { beforeAll, describe, expect, inject, it } from 'vitest'
import { refusal } from './client.ts'
import { aMailDesk, type MailDesk } from './mail-desk.ts'

let desk: MailDesk

beforeAll(async () => {
  desk = await aMailDesk()
})

const sentTo = async (address: string): Promise<{ subject: string; raw: string }[]> => ((await (await fetch(`${inject('ready').outbox}?to=${encodeURIComponent(address)}`)).json()) as { items: { subject: string; raw: string }[] }).items

describe('a mail from an item of a smart process', () => {
  it('BLK-2, BLK-3, SNS-5: is written with a template that names its own fields, stands in its timeline with what went out, and the answer comes back to it', async () => {
    const { admin, make, send, unique } = desk
    const code = `plant_${unique}`.slice(0, 30)
    await admin('POST /v1/types', { values: { code, title: 'Plant' } })
    await admin('POST /v1/types/{type}/fields', { type: code, values: { code: 'power', title: 'Power', kind: 'enumeration', options: [{ id: 'big', title: 'Ten megawatts' }] } })
    await admin('POST /v1/types/{type}/fields', { type: code, values: { code: 'price', title: 'Price', kind: 'money' } })
    const template = { name: `Plant ${unique}`, type: code, subject: 'About {{ item.title }}', text: '{{ item.fields.power }} for {{ item.fields.price }}.', html: '' }
    expect(await refusal(admin('POST /v1/mail/templates', { values: { ...template, text: '{{ item.fields.colour }}' } }))).toMatchObject({ status: 400, code: 'template.invalid', at: ['/text'] })
    const templateId = (await admin('POST /v1/mail/templates', { values: template })).id
    const plant = await make(code, { title: 'Plant West', fields: { power: 'big', price: { amount: '1200000', currency: 'USD' } } }, admin)

    const customer = desk.address('plant')
    expect(await refusal(admin('POST /v1/items/{type}/{id}/mail', { ...plant, values: { templateId } }))).toMatchObject({ status: 422, code: 'mail.no_address' })
    const sent = await admin('POST /v1/items/{type}/{id}/mail', { ...plant, values: { templateId, to: customer } })
    expect(sent).toMatchObject({ to: [customer], subject: 'About Plant West', status: 'sent' })
    const stored = await desk.arrived(plant, 'About Plant West')
    expect(stored).toMatchObject({ id: sent.messageId, direction: 'out', text: 'Ten megawatts for 1200000.00 USD.', wholeText: null, bindings: [plant] })

    const [mail] = await sentTo(customer)
    const original = await (await fetch(await admin.location('GET /v1/mail/messages/{id}/raw', { id: sent.messageId }))).text()
    expect(original).toContain('Ten megawatts for 1200000.00 USD.')
    const header = (raw: string, name: string): string | undefined => new RegExp(`^${name}: *(.*)$`, 'im').exec(raw)?.[1]?.trim()
    for (const name of ['From', 'To', 'Subject', 'Reply-To']) expect(header(original, name), name).toBe(header(mail?.raw ?? '', name))

    await send({ from: desk.address('assistant'), to: header(original, 'Reply-To') ?? '', subject: `Re: About Plant West ${unique}`, text: 'We take it.\n\nOn Sun, 1 Mar 2026 at 10:00, CRM <crm@leadline.example> wrote:\n> Ten megawatts' })
    expect(await desk.arrived(plant, `Re: About Plant West ${unique}`)).toMatchObject({ direction: 'in', bindings: [plant], text: 'We take it.', wholeText: expect.stringContaining('Ten megawatts') as string })
  })
})
