import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addObservers } from '../../../shared/items/index.ts'
import { problemOf } from '../../support/problems.ts'
import { ann, aSalesCompany, bob, type SalesCompany } from './sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

const tiles = { title: 'Tiles', price: '33.335', quantity: 3, discount: { kind: 'percent', value: '10' }, taxRate: '20' }
const work = { title: 'Work', price: '100', quantity: '1.5', taxRate: '20', taxIncluded: true }

describe('ITM-1 quotes and invoices', () => {
  it('have a number, dates, stages and links of their own', async () => {
    const quote = await sales.make(ann, 'quote', { date: '2026-11-01', validUntil: '2026-12-01' })
    expect(quote).toMatchObject({ type: 'quote', title: `Quote #${quote.id}`, number: String(quote.id), date: '2026-11-01', validUntil: '2026-12-01', pipelineId: 'default', stageId: 'DRAFT', productRows: [], dealId: null, companyId: null, contactIds: [], amount: null })
    expect(await sales.make(ann, 'invoice', { number: '2026/17', dueDate: '2026-12-15' })).toMatchObject({ number: '2026/17', stageId: 'NEW', dueDate: '2026-12-15' })
    expect(await sales.change(ann, 'quote', quote.id, { stageId: 'ACCEPTED' })).toMatchObject({ stageId: 'ACCEPTED' })
  })

  it('OBS-1: a quote has no observers, an invoice may', async () => {
    const quote = await sales.make(ann, 'quote')
    const add = (type: string, id: number): Promise<unknown> => sales.as(ann, (ctx) => addObservers(ctx, { type, id, values: { userIds: [bob] } }))
    expect(await problemOf(add('quote', quote.id))).toMatchObject({ status: 422, code: 'quote.no_observers' })
    expect((await problemOf(sales.make(ann, 'quote', { observerIds: [bob] }))).fields[0]?.pointer).toBe('/observerIds')
    const invoice = await sales.make(ann, 'invoice')
    expect(await add('invoice', invoice.id)).toMatchObject({ observerIds: [bob] })
  })
})

describe('ITM-3 product rows', () => {
  it.each(['quote', 'invoice', 'deal'])('of a %s give its amount and totals', async (type) => {
    const made = await sales.make(ann, type, { productRows: [tiles, work], currency: 'USD' })
    expect(made).toMatchObject({ amount: '258.00', currency: 'USD', totals: { net: '215.00', tax: '43.00', total: '258.00', discount: '10.01', rows: [{ total: '108.00' }, { total: '150.00' }] } })
    expect(made['productRows']).toMatchObject([{ title: 'Tiles', price: '33.335', quantity: '3', taxIncluded: false }, { title: 'Work', quantity: '1.5', taxIncluded: true }])
    expect((await sales.list(ann, type, { 'amount[ge]': '258', 'amount[le]': '258' })).map(({ id }) => id)).toEqual([made.id])
    // What was read can be sent again.
    expect((await sales.change(ann, type, made.id, { productRows: made['productRows'] as object[] }))['version']).toBe(1)
    await sales.change(ann, type, made.id, { productRows: [work] })
    expect(await sales.read(ann, type, made.id)).toMatchObject({ amount: '150.00', version: 2 })
  })

  it('rule over the amount: another one is refused, and without rows it is free again', async () => {
    const deal = await sales.make(ann, 'deal', { productRows: [work] })
    expect(await problemOf(sales.change(ann, 'deal', deal.id, { amount: '99' }))).toMatchObject({ status: 400, code: 'deal.amount_follows_rows', fields: [{ pointer: '/amount' }] })
    expect((await sales.change(ann, 'deal', deal.id, { amount: 150 }))['version']).toBe(1)
    expect(await sales.change(ann, 'deal', deal.id, { productRows: [] })).toMatchObject({ amount: '150.00', productRows: [] })
    expect(await sales.change(ann, 'deal', deal.id, { amount: '99' })).toMatchObject({ amount: '99.00' })
  })

  it('follow the currency’s minor units when it changes', async () => {
    const deal = await sales.make(ann, 'deal', { productRows: [{ title: 'Odd', price: '10.505' }] })
    expect(deal).toMatchObject({ amount: '10.51', currency: 'EUR' })
    expect(await sales.change(ann, 'deal', deal.id, { currency: 'JPY' })).toMatchObject({ amount: '11.00' })
    expect(await sales.change(ann, 'deal', deal.id, { currency: 'KWD' })).toMatchObject({ amount: '10.505' })
  })

  it('are refused where they make no sense, by the place of the fault', async () => {
    const pointer = async (type: string, productRows: unknown): Promise<string | undefined> => (await problemOf(sales.make(ann, type, { productRows }))).fields[0]?.pointer
    expect(await pointer('quote', [work, { ...work, discount: { kind: 'amount', value: '150.01' } }])).toBe('/productRows/1/discount')
    expect(await pointer('quote', [{ title: 'x', price: '-1' }])).toBe('/productRows/0/price')
    expect(await pointer('quote', Array.from({ length: 101 }, () => work))).toBe('/productRows')
    expect(await pointer('quote', [{ title: 'Too much', price: '999999999999', quantity: '999999999' }])).toBe('/productRows')
    expect(await pointer('contact', [work])).toBe('/productRows')
  })
})
