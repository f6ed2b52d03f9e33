import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { aMailingCompany, type Page } from './a-mailing-company.ts'

const { admin, aTemplate, chief, chiefEmail, mailsTo, make, seller, unique } = await aMailingCompany()

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

  it('API-3: go to oneself once for a key, however often it is asked for', async () => {
    const subject = `Once ${unique}`
    const id = await aTemplate({ subject })
    const key = { 'idempotency-key': randomUUID() }
    const first = await chief('POST', `/v1/mail/templates/${id}/test`, {}, key)
    expect(await chief('POST', `/v1/mail/templates/${id}/test`, {}, key)).toMatchObject({ status: 200, body: first.body })
    expect((await mailsTo(chiefEmail)).filter((mail) => mail.subject === subject)).toHaveLength(1)
  })
})
