import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, giveRole, signedIn, timeline, until, type Client } from './client.ts'

let ann: Client
let bob: Client
let chief: Client

beforeAll(async () => {
  const admin = await signedIn(ADMIN)
  const [a, b, c] = await Promise.all([aPerson(admin), aPerson(admin), aPerson(admin)])
  await giveRole(admin, 'Manager', { kind: 'user', id: a.id }, { kind: 'user', id: b.id })
  await giveRole(admin, 'Chief executive', { kind: 'user', id: c.id })
  ;[ann, bob, chief] = await Promise.all([signedIn(a.email), signedIn(b.email), signedIn(c.email)])
})

const make = async (who: Client, type: string, values: object = {}): Promise<number> => {
  const { status, body, text } = await who('POST', `/v1/items/${type}`, values)
  if (status !== 201) throw new Error(text)
  return Number(body['id'])
}
const idsOf = (body: Record<string, unknown>): number[] => (body['items'] as { id: number }[]).map(({ id }) => id)

describe('items in full', () => {
  it('ITM-3: from the company to the paid invoice, every end of a link lists the other', async () => {
    const company = await make(ann, 'company', { title: 'Engines Ltd' })
    const contact = await make(ann, 'contact', { firstName: 'Ada', companyIds: [company] })
    const deal = await make(ann, 'deal', { companyId: company, contactIds: [contact], productRows: [{ title: 'Engine', price: '0.1', quantity: 3, taxRate: '20' }] })
    const quote = await make(ann, 'quote', { dealId: deal, companyId: company, contactIds: [contact], productRows: [{ title: 'Engine', price: '119.00', taxRate: '19', taxIncluded: true }] })
    const invoice = await make(ann, 'invoice', { dealId: deal, number: '2026/1' })
    expect((await ann('GET', `/v1/items/company/${company}`)).body).toMatchObject({ contactIds: [contact] })
    expect((await ann('GET', `/v1/items/deal/${deal}`)).body).toMatchObject({ amount: '0.36', companyId: company, contactIds: [contact], totals: { net: '0.30', tax: '0.06' } })
    expect((await ann('GET', `/v1/items/quote/${quote}`)).body).toMatchObject({ number: String(quote), amount: '119.00', totals: { net: '100.00', tax: '19.00' } })
    for (const [end, id, of, expected] of [['company', company, 'deal', deal], ['company', company, 'contact', contact], ['contact', contact, 'deal', deal], ['deal', deal, 'quote', quote], ['deal', deal, 'invoice', invoice]] as const) {
      expect(idsOf((await ann('GET', `/v1/items/${end}/${id}/links?type=${of}`)).body)).toEqual([expected])
    }
    expect(idsOf((await ann('GET', `/v1/items/deal?companyId=${company}`)).body)).toEqual([deal])
    expect((await ann('GET', `/v1/items/deal/${deal}/links`)).body).toMatchObject({ status: 400, errors: [{ pointer: '?type' }] })
    expect((await bob('GET', `/v1/items/deal/${deal}/links?type=quote`)).status).toBe(404)
    expect((await bob('POST', '/v1/items/deal', { companyId: company })).body).toMatchObject({ status: 400, code: 'deal.link_unknown', errors: [{ pointer: '/companyId' }] })
    expect((await ann('PATCH', `/v1/items/invoice/${invoice}`, { stageId: 'PAID', paidDate: '2026-11-21' })).body).toMatchObject({ stageId: 'PAID' })
    const told = await until(async () => {
      const found = await timeline(ann, 'company', company)
      return found.some(({ kind }) => kind === 'item.changed') ? found : undefined
    })
    expect(told.value.find(({ kind }) => kind === 'item.changed')?.data['changes']).toEqual([{ field: 'contactIds', old: null, new: [contact] }])
  })

  it('ITM-8: a lead becomes a customer once, however often it is asked', async () => {
    const lead = await make(ann, 'lead', { firstName: 'Ada', lastName: 'King', companyTitle: 'Engines Ltd', emails: [{ value: `ada-${process.pid}@engines.example` }], amount: '1200' })
    const wanted = { contact: true, company: true, deal: { title: 'Ten engines' } }
    const answers = await Promise.all([1, 2, 3].map(() => ann('POST', `/v1/items/lead/${lead}/convert`, wanted)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    const made = answers[0]?.body ?? {}
    expect((await ann('GET', `/v1/items/lead/${lead}`)).body).toMatchObject({ stageId: 'CONVERTED', ...made })
    expect((await ann('GET', `/v1/items/deal/${String(made['dealId'])}`)).body).toMatchObject({ title: 'Ten engines', amount: '1200.00', companyId: made['companyId'], contactIds: [made['contactId']] })
    const key = { 'idempotency-key': `convert-${lead}` }
    expect((await ann('POST', `/v1/items/lead/${lead}/convert`, wanted, key)).text).toBe(answers[0]?.text)
    expect((await ann('POST', `/v1/items/lead/${lead}/convert`, {})).status).toBe(400)
    expect((await bob('POST', `/v1/items/lead/${lead}/convert`, wanted)).status).toBe(404)
    expect((await ann('POST', `/v1/items/deal/${String(made['dealId'])}/convert`, wanted)).status).toBe(404)
  })

  it('ITM-9: a comment stands in the timeline at once, with its file', async () => {
    const deal = await make(ann, 'deal')
    const file = await ann('POST', '/v1/files', { name: 'plan.pdf', contentType: 'application/pdf', size: 5 })
    const made = await ann('POST', `/v1/items/deal/${deal}/comments`, { text: 'See the plan.', fileIds: [file.body['id']] })
    expect(made).toMatchObject({ status: 201, body: { kind: 'comment.added', data: { text: 'See the plan.', files: [{ name: 'plan.pdf' }] } } })
    expect((await timeline(ann, 'deal', deal)).map(({ id }) => id)).toContain(made.body['id'])
    expect((await bob('POST', `/v1/items/deal/${deal}/comments`, { text: 'x' })).status).toBe(404)
    expect((await ann('POST', `/v1/items/deal/${deal}/comments`, { text: 'x'.repeat(10_001) })).body).toMatchObject({ status: 400, errors: [{ pointer: '/text' }] })
    const key = { 'idempotency-key': `comment-${deal}` }
    const twice = [await ann('POST', `/v1/items/deal/${deal}/comments`, { text: 'Once' }, key), await ann('POST', `/v1/items/deal/${deal}/comments`, { text: 'Once' }, key)]
    expect(twice[0]?.text).toBe(twice[1]?.text)
    expect((await timeline(ann, 'deal', deal)).filter(({ data }) => data['text'] === 'Once')).toHaveLength(1)
  })

  it('ITM-11: what was deleted comes back from the recycle bin', async () => {
    const contact = await make(ann, 'contact', { firstName: 'Back' })
    const deal = await make(ann, 'deal', { contactIds: [contact] })
    expect((await ann('DELETE', `/v1/items/contact/${contact}`)).status).toBe(204)
    expect((await ann('GET', `/v1/items/deal/${deal}`)).body['contactIds']).toEqual([])
    const { value } = await until(async () => {
      const { body } = await ann('GET', '/v1/recycle-bin?type=contact')
      return idsOf(body).includes(contact) ? body : undefined
    })
    expect((value['items'] as object[])[0]).toMatchObject({ id: contact, type: 'contact', deletedAt: expect.any(String), purgedAt: expect.any(String) })
    expect(idsOf((await bob('GET', '/v1/recycle-bin')).body)).not.toContain(contact)
    expect((await bob('POST', `/v1/items/contact/${contact}/restore`)).status).toBe(404)
    expect((await ann('POST', `/v1/items/contact/${contact}/restore`)).body).toMatchObject({ firstName: 'Back', version: 3 })
    expect((await ann('POST', `/v1/items/contact/${contact}/restore`)).body).toMatchObject({ status: 409, code: 'item.not_deleted' })
    expect((await ann('GET', `/v1/items/deal/${deal}`)).body['contactIds']).toEqual([contact])
  })

  it('a batch of 100 operations answers each by itself', async () => {
    const deal = await make(bob, 'deal')
    const operations = [...Array.from({ length: 98 }, (_, n) => ({ op: 'create', values: { title: `Number ${n}` } })), { op: 'update', id: deal, values: { title: 'x' } }, { op: 'create', values: { tittle: 'x' } }]
    const { status, body } = await ann('POST', '/v1/items/deal/batch', { operations })
    expect(status).toBe(200)
    const results = body['results'] as { status: number; body?: { id: number }; problem?: { code: string } }[]
    expect(results.map((one) => one.status)).toEqual([...Array.from({ length: 98 }, () => 201), 404, 400])
    expect(results[99]?.problem?.code).toBe('request.invalid')
    expect((await ann('POST', '/v1/items/deal/batch', { operations: [...operations, ...operations] })).status).toBe(400)
  })

  it('ITM-6: writers who count with If-Match lose no step (64 of them, 1,000 steps: npm run prove -- items)', async () => {
    const deal = await make(ann, 'deal', { amount: '0' })
    const step = async (): Promise<void> => {
      for (;;) {
        const seen = await ann('GET', `/v1/items/deal/${deal}`)
        const { status } = await ann('PATCH', `/v1/items/deal/${deal}`, { amount: String(Number(seen.body['amount']) + 1) }, { 'if-match': seen.headers.get('etag') ?? '' })
        if (status === 200) return
        expect(status).toBe(412)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 50))
      }
    }
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (let n = 0; n < 5; n += 1) await step()
    }))
    expect((await chief('GET', `/v1/items/deal/${deal}`)).body).toMatchObject({ amount: '40.00', version: 41 })
  })
})
