import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, aPerson, clientOf, giveRole, refusal, signedIn, until, type Caller } from './client.ts'

let ann: Caller
let bob: Caller
let chief: Caller

beforeAll(async () => {
  const admin = await signedIn(ADMIN)
  const [a, b, c] = await Promise.all([aPerson(admin), aPerson(admin), aPerson(admin)])
  await giveRole(admin, 'Manager', { kind: 'user', id: a.id }, { kind: 'user', id: b.id })
  await giveRole(admin, 'Chief executive', { kind: 'user', id: c.id })
  ;[ann, bob, chief] = await Promise.all([clientOf(a.email), clientOf(b.email), clientOf(c.email)])
})

const make = async (who: Caller, type: string, values: object = {}): Promise<number> => (await who('POST /v1/items/{type}', { type, values: { ...values } })).id
const read = (who: Caller, type: string, id: number) => who('GET /v1/items/{type}/{id}', { type, id })
const change = (who: Caller, type: string, id: number, values: object) => who('PATCH /v1/items/{type}/{id}', { type, id, values: { ...values } })
const linked = async (who: Caller, end: string, id: number, of: string): Promise<number[]> => (await who('GET /v1/items/{type}/{id}/links', { type: end, id, of })).items.map((item) => item.id)

describe('quotes and invoices', () => {
  it('ITM-3: their totals are exact: tax added or included, discounts absolute or in percent, no floating point', async () => {
    const rows = [
      { title: 'Engine', price: '0.1', quantity: 3, taxRate: '20' },
      { title: 'Oil', price: '119.00', taxRate: '19', taxIncluded: true },
      { title: 'Belt', price: '10.00', quantity: '2.5', discount: { kind: 'percent', value: '10' } },
      { title: 'Fitting', price: '80.00', discount: { kind: 'amount', value: '5.50' } },
    ]
    for (const type of ['quote', 'invoice']) {
      const id = await make(ann, type, { productRows: rows })
      // 0.30 + 100.00 + 22.50 + 74.50 net; 0.06 + 19.00 tax
      expect(await read(ann, type, id)).toMatchObject({ number: String(id), amount: '216.36', totals: { net: '197.30', tax: '19.06' } })
      expect(await change(ann, type, id, { productRows: rows.slice(0, 1) })).toMatchObject({ amount: '0.36', totals: { net: '0.30', tax: '0.06' } })
      expect(await refusal(change(ann, type, id, { amount: '1.00' }))).toMatchObject({ status: 400, at: ['/amount'] })
    }
  })
})

describe('links between items', () => {
  it('ITM-3: from the company to the paid invoice, every end of a link lists the other', async () => {
    const company = await make(ann, 'company', { title: 'Engines Ltd' })
    const contact = await make(ann, 'contact', { firstName: 'Ada', companyIds: [company] })
    const deal = await make(ann, 'deal', { companyId: company, contactIds: [contact] })
    const quote = await make(ann, 'quote', { dealId: deal, companyId: company, contactIds: [contact] })
    const invoice = await make(ann, 'invoice', { dealId: deal, number: '2026/1' })
    expect(await read(ann, 'company', company)).toMatchObject({ contactIds: [contact] })
    expect(await read(ann, 'deal', deal)).toMatchObject({ companyId: company, contactIds: [contact] })
    for (const [end, id, of, expected] of [['company', company, 'deal', deal], ['company', company, 'contact', contact], ['contact', contact, 'deal', deal], ['deal', deal, 'quote', quote], ['deal', deal, 'invoice', invoice]] as const) {
      expect(await linked(ann, end, id, of)).toEqual([expected])
    }
    const { value: listed } = await until(async () => {
      const { items } = await ann('GET /v1/items/{type}', { type: 'deal', companyId: company })
      return items.length > 0 ? items : undefined
    })
    expect(listed.map(({ id }) => id)).toEqual([deal])
    expect((await refusal(linked(bob, 'deal', deal, 'quote'))).status).toBe(404)
    expect(await change(ann, 'invoice', invoice, { stageId: 'PAID', paidDate: '2026-11-21' })).toMatchObject({ stageId: 'PAID' })
    const { value: told } = await until(async () => {
      const { items } = await ann('GET /v1/items/{type}/{id}/timeline', { type: 'company', id: company, kind: 'item.changed' })
      return items[0]
    })
    expect(told.data['changes']).toEqual([{ field: 'contactIds', old: null, new: [contact] }])
  })

  it('ITM-3: what one may not see is no link for them, can be neither made nor found, and outlasts their changes', async () => {
    const [mine, foreign] = [await make(ann, 'contact', { firstName: 'Mine' }), await make(bob, 'contact', { firstName: 'Foreign' })]
    const deal = await make(ann, 'deal')
    expect(await refusal(change(ann, 'deal', deal, { contactIds: [mine, foreign] }))).toEqual({ status: 400, code: 'deal.link_unknown', at: ['/contactIds/1'] })
    expect(await refusal(make(ann, 'deal', { companyId: 999_999_999 }))).toEqual({ status: 400, code: 'deal.link_unknown', at: ['/companyId'] })
    await change(chief, 'deal', deal, { contactIds: [foreign, mine] })
    expect(await read(ann, 'deal', deal)).toMatchObject({ contactIds: [mine] })
    expect((await ann('GET /v1/items/{type}', { type: 'deal', contactIds: foreign })).items).toEqual([])
    expect(await linked(bob, 'contact', foreign, 'deal')).toEqual([])
    await change(ann, 'deal', deal, { contactIds: [] })
    expect(await read(chief, 'deal', deal)).toMatchObject({ contactIds: [foreign] })
  })
})

describe('conversion, the recycle bin and batches', () => {
  it('ITM-8: a lead becomes a customer once, however often it is asked, and fields are laid over what it hands on', async () => {
    const lead = await make(ann, 'lead', { firstName: 'Ada', lastName: 'King', companyTitle: 'Engines Ltd', emails: [{ value: `ada-${process.pid}@engines.example` }], amount: '1200' })
    const convert = (who: Caller) => who('POST /v1/items/lead/{id}/convert', { id: lead, values: { contact: { post: 'Owner' }, company: true, deal: { title: 'Ten engines' } } })
    const answers = await Promise.all([1, 2, 3].map(() => convert(ann)))
    const [made = { contactId: null, companyId: null, dealId: null }] = answers
    expect(answers).toEqual([made, made, made])
    expect(await read(ann, 'lead', lead)).toMatchObject({ stageId: 'CONVERTED', ...made })
    expect(await read(ann, 'contact', Number(made.contactId))).toMatchObject({ firstName: 'Ada', lastName: 'King', post: 'Owner', companyIds: [made.companyId], emails: [{ value: `ada-${process.pid}@engines.example` }] })
    expect(await read(ann, 'company', Number(made.companyId))).toMatchObject({ title: 'Engines Ltd', contactIds: [made.contactId] })
    expect(await read(ann, 'deal', Number(made.dealId))).toMatchObject({ title: 'Ten engines', amount: '1200.00', companyId: made.companyId, contactIds: [made.contactId] })
    expect(await convert(ann)).toEqual(made)
    expect((await refusal(ann('POST /v1/items/lead/{id}/convert', { id: lead, values: {} }))).status).toBe(400)
    expect((await refusal(convert(bob))).status).toBe(404)
  })

  it('ITM-11: what was deleted comes back from the recycle bin', async () => {
    const contact = await make(ann, 'contact', { firstName: 'Back' })
    const deal = await make(ann, 'deal', { contactIds: [contact] })
    await ann('DELETE /v1/items/{type}/{id}', { type: 'contact', id: contact })
    expect(await read(ann, 'deal', deal)).toMatchObject({ contactIds: [] })
    const { value } = await until(async () => {
      const { items } = await ann('GET /v1/recycle-bin', { type: 'contact' })
      return items.find(({ id }) => id === contact)
    })
    expect(value).toMatchObject({ type: 'contact', deletedAt: expect.any(String), purgedAt: expect.any(String) })
    expect((await bob('GET /v1/recycle-bin')).items.map(({ id }) => id)).not.toContain(contact)
    const restore = (who: Caller) => who('POST /v1/items/{type}/{id}/restore', { type: 'contact', id: contact })
    expect((await refusal(restore(bob))).status).toBe(404)
    expect(await restore(ann)).toMatchObject({ firstName: 'Back', version: 3 })
    expect(await refusal(restore(ann))).toMatchObject({ status: 409, code: 'item.not_deleted' })
    expect(await read(ann, 'deal', deal)).toMatchObject({ contactIds: [contact] })
  })

  it('a batch of 100 operations answers each by itself', async () => {
    const deal = await make(bob, 'deal')
    const operations = [
      ...Array.from({ length: 98 }, (_, n) => ({ op: 'create' as const, values: { title: `Number ${n}` } })),
      { op: 'update' as const, id: deal, values: { title: 'x' } },
      { op: 'create' as const, values: { tittle: 'x' } },
    ]
    const batch = (some: typeof operations) => ann('POST /v1/items/{type}/batch', { type: 'deal', values: { operations: some } })
    const { results } = await batch(operations)
    expect(results.map(({ status }) => status)).toEqual([...Array.from({ length: 98 }, () => 201), 404, 400])
    expect(results[99]?.problem?.code).toBe('request.invalid')
    expect((await refusal(batch([...operations, ...operations]))).at).toEqual(['/operations'])
  })
})
