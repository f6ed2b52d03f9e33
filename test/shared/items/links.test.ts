import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteItem, restoreItem } from '../../../shared/items/index.ts'
import { problemOf } from '../../support/problems.ts'
import { ann, aSalesCompany, bob, chief, type SalesCompany } from './sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

describe('ITM-3 links between items', () => {
  it('a contact that is made with its company is listed by the company', async () => {
    const company = await sales.make(ann, 'company', { title: 'Acme' })
    const contact = await sales.make(ann, 'contact', { firstName: 'Ada', companyIds: [company.id] })
    expect(contact['companyIds']).toEqual([company.id])
    expect(await sales.read(ann, 'company', company.id)).toMatchObject({ contactIds: [contact.id], version: 2 })
    expect(await sales.linked(ann, 'company', company.id, 'contact')).toEqual([contact.id])
    expect(await sales.linked(ann, 'contact', contact.id, 'company')).toEqual([company.id])
  })

  it('and the other way round, and both ends let go together', async () => {
    const contact = await sales.make(ann, 'contact', { firstName: 'Ada' })
    const company = await sales.make(ann, 'company', { title: 'Acme', contactIds: [contact.id] })
    expect((await sales.read(ann, 'contact', contact.id))['companyIds']).toEqual([company.id])
    await sales.change(ann, 'contact', contact.id, { companyIds: [] })
    expect((await sales.read(ann, 'company', company.id))['contactIds']).toEqual([])
    expect((await sales.read(ann, 'contact', contact.id))['companyIds']).toEqual([])
  })

  it('a deal names its company and contacts, and they list the deal, newest first, page by page', async () => {
    const company = await sales.make(ann, 'company')
    const contact = await sales.make(ann, 'contact')
    const deals = []
    for (let n = 0; n < 5; n += 1) deals.push((await sales.make(ann, 'deal', { companyId: company.id, contactIds: [contact.id] })).id)
    expect(await sales.linked(ann, 'company', company.id, 'deal')).toEqual(deals.toReversed())
    expect(await sales.linked(ann, 'contact', contact.id, 'deal')).toEqual(deals.toReversed())
    expect(await sales.linked(ann, 'deal', deals[0] ?? 0, 'company')).toEqual([company.id])
    expect(await sales.linked(ann, 'deal', deals[0] ?? 0, 'contact')).toEqual([contact.id])
    expect(await sales.linked(ann, 'company', company.id, 'lead')).toEqual([])
    expect((await sales.read(ann, 'company', company.id))['version']).toBe(1)
    await sales.change(ann, 'deal', deals[0] ?? 0, { companyId: null })
    expect(await sales.linked(ann, 'company', company.id, 'deal')).toEqual(deals.slice(1).toReversed())
    expect(await sales.read(ann, 'deal', deals[0] ?? 0)).toMatchObject({ companyId: null, contactIds: [contact.id] })
  })

  it('quotes and invoices are linked to deal, company and contacts', async () => {
    const [deal, company, contact] = [await sales.make(ann, 'deal'), await sales.make(ann, 'company'), await sales.make(ann, 'contact')]
    for (const type of ['quote', 'invoice']) {
      const made = await sales.make(ann, type, { dealId: deal.id, companyId: company.id, contactIds: [contact.id] })
      expect(made).toMatchObject({ dealId: deal.id, companyId: company.id, contactIds: [contact.id] })
      for (const [end, id] of [['deal', deal.id], ['company', company.id], ['contact', contact.id]] as const) expect(await sales.linked(ann, end, id, type)).toEqual([made.id])
    }
  })

  it('linking needs to read the other end: a foreign number and a missing one are refused alike', async () => {
    const foreign = await sales.make(bob, 'company')
    const refused = await problemOf(sales.make(ann, 'deal', { companyId: foreign.id }))
    const missing = await problemOf(sales.make(ann, 'deal', { companyId: 999_999 }))
    expect({ ...refused, message: refused.message }).toEqual({ ...missing, message: missing.message })
    expect(refused).toMatchObject({ status: 400, code: 'deal.link_unknown', fields: [{ pointer: '/companyId' }] })
    const contact = await sales.make(ann, 'contact')
    expect((await problemOf(sales.change(ann, 'contact', contact.id, { companyIds: [foreign.id] }))).fields[0]?.pointer).toBe('/companyIds/0')
  })

  it('an unreadable linked id is absent, and a change of the others keeps it', async () => {
    const [mine, other, foreign] = [await sales.make(ann, 'contact'), await sales.make(ann, 'contact'), await sales.make(bob, 'contact')]
    const deal = await sales.make(chief, 'deal', { responsibleId: ann, contactIds: [mine.id, foreign.id] })
    expect((await sales.read(ann, 'deal', deal.id))['contactIds']).toEqual([mine.id])
    expect((await sales.list(ann, 'deal', { responsibleId: ann }, 'full')).find(({ id }) => id === deal.id)?.['contactIds']).toEqual([mine.id])
    expect(await sales.linked(ann, 'deal', deal.id, 'contact')).toEqual([mine.id])
    const changed = await sales.change(ann, 'deal', deal.id, { contactIds: [other.id] })
    expect(changed['contactIds']).toEqual([other.id])
    expect((await sales.read(chief, 'deal', deal.id))['contactIds']).toEqual([other.id, foreign.id])
    expect(await sales.linked(chief, 'contact', foreign.id, 'deal')).toEqual([deal.id])
    expect(await sales.linked(chief, 'contact', mine.id, 'deal')).toEqual([])
    expect((await problemOf(sales.change(ann, 'deal', deal.id, { contactIds: [other.id, foreign.id] }))).code).toBe('deal.link_unknown')
  })

  it('sending back what one sees changes nothing, though there is more', async () => {
    const [mine, foreign] = [await sales.make(ann, 'contact'), await sales.make(bob, 'contact')]
    const deal = await sales.make(chief, 'deal', { responsibleId: ann, contactIds: [foreign.id, mine.id], companyId: (await sales.make(bob, 'company')).id })
    const again = await sales.change(ann, 'deal', deal.id, { contactIds: [mine.id], companyId: null })
    expect(again['version']).toBe(1)
    expect((await sales.read(chief, 'deal', deal.id))['contactIds']).toEqual([foreign.id, mine.id])
  })

  it('filters find by visible links only', async () => {
    const [company, foreign] = [await sales.make(ann, 'company'), await sales.make(bob, 'company')]
    const [one, two, hidden] = [await sales.make(ann, 'deal', { companyId: company.id }), await sales.make(ann, 'deal', { companyId: company.id, stageId: 'WON' }), await sales.make(chief, 'deal', { responsibleId: ann, companyId: foreign.id })]
    const ids = async (userId: string, filter: Record<string, string>): Promise<number[]> => (await sales.list(userId, 'deal', filter)).map(({ id }) => id)
    expect(await ids(ann, { companyId: String(company.id) })).toEqual([two.id, one.id])
    expect(await ids(ann, { companyId: String(company.id), stageId: 'WON' })).toEqual([two.id])
    expect(await ids(ann, { companyId: String(foreign.id) })).toEqual([])
    expect(await ids(ann, { 'companyId[in]': `${foreign.id},${company.id}` })).toEqual([two.id, one.id])
    expect(await ids(ann, { 'companyId[ge]': '1' })).not.toContain(hidden.id)
    expect(await ids(chief, { companyId: String(foreign.id) })).toEqual([hidden.id])
    expect(await ids(ann, { 'companyId[ne]': String(foreign.id) })).toContain(hidden.id)
    const contact = await sales.make(ann, 'contact', { companyIds: [company.id] })
    expect((await sales.list(ann, 'contact', { companyIds: String(company.id) })).map(({ id }) => id)).toEqual([contact.id])
    expect((await problemOf(sales.list(ann, 'deal', { companyId: 'x' }))).status).toBe(400)
  })

  it('at most 10 links are changed in one request', async () => {
    const contacts: number[] = []
    for (let n = 0; n < 11; n += 1) contacts.push((await sales.make(ann, 'contact')).id)
    const refused = await problemOf(sales.make(ann, 'deal', { contactIds: contacts }))
    expect(refused).toMatchObject({ status: 400, code: 'deal.too_many_links_changed' })
    const deal = await sales.make(ann, 'deal', { contactIds: contacts.slice(0, 10) })
    expect((await sales.change(ann, 'deal', deal.id, { contactIds: contacts }))['contactIds']).toEqual(contacts)
    expect((await problemOf(sales.change(ann, 'deal', deal.id, { contactIds: [] }))).code).toBe('deal.too_many_links_changed')
    expect((await sales.read(ann, 'deal', deal.id))['contactIds']).toHaveLength(11)
  })

  it('both ends agree, whoever links and unlinks at the same time', async () => {
    const company = await sales.make(ann, 'company')
    const contacts = await Promise.all(Array.from({ length: 12 }, () => sales.make(ann, 'contact', { companyIds: [company.id] })))
    expect(((await sales.read(ann, 'company', company.id))['contactIds'] as number[]).toSorted()).toEqual(contacts.map(({ id }) => id).toSorted())
    await Promise.all([
      ...contacts.slice(0, 4).map(({ id }) => sales.change(ann, 'contact', id, { companyIds: [] })),
      ...contacts.slice(4, 6).map(({ id }) => sales.change(ann, 'company', company.id, { contactIds: contacts.map((one) => one.id).filter((one) => one !== id).slice(0, 10) }).catch(() => undefined)),
      ...contacts.slice(0, 3).map(({ id }) => sales.change(ann, 'contact', id, { companyIds: [company.id] })),
    ])
    const left = (await sales.read(ann, 'company', company.id))['contactIds'] as number[]
    for (const { id } of contacts) expect((await sales.read(ann, 'contact', id))['companyIds']).toEqual(left.includes(id) ? [company.id] : [])
  })

  it('a stale If-Match changes neither end', async () => {
    const company = await sales.make(ann, 'company')
    const contact = await sales.make(ann, 'contact')
    await sales.change(ann, 'contact', contact.id, { firstName: 'Newer' })
    expect((await problemOf(sales.change(ann, 'contact', contact.id, { companyIds: [company.id] }, 1))).status).toBe(412)
    expect(await sales.read(ann, 'company', company.id)).toMatchObject({ contactIds: [], version: 1 })
  })

  it('ITM-11: deleting an item hides its links at both ends, restoring brings them back', async () => {
    const company = await sales.make(ann, 'company')
    const contact = await sales.make(ann, 'contact', { companyIds: [company.id] })
    const deal = await sales.make(ann, 'deal', { companyId: company.id })
    await sales.as(ann, (ctx) => deleteItem(ctx, { type: 'company', id: company.id }))
    expect((await sales.read(ann, 'contact', contact.id))['companyIds']).toEqual([])
    expect((await sales.read(ann, 'deal', deal.id))['companyId']).toBeNull()
    expect(await sales.list(ann, 'deal', { companyId: String(company.id) })).toEqual([])
    await sales.as(ann, (ctx) => restoreItem(ctx, { type: 'company', id: company.id }))
    expect((await sales.read(ann, 'contact', contact.id))['companyIds']).toEqual([company.id])
    expect((await sales.read(ann, 'deal', deal.id))['companyId']).toBe(company.id)
    await sales.as(ann, (ctx) => deleteItem(ctx, { type: 'deal', id: deal.id }))
    expect(await sales.linked(ann, 'company', company.id, 'deal')).toEqual([])
    await sales.as(ann, (ctx) => restoreItem(ctx, { type: 'deal', id: deal.id }))
    expect(await sales.linked(ann, 'company', company.id, 'deal')).toEqual([deal.id])
  })

  it.each([{ companyId: 'x' }, { companyId: 0 }, { companyId: -1 }, { companyId: 1.5 }, { contactIds: 5 }, { contactIds: ['5'] }, { contactIds: [null] }])('%j is refused', async (values) => {
    expect((await problemOf(sales.make(ann, 'deal', values))).status).toBe(400)
  })

  it('what only conversion links is refused', async () => {
    expect((await problemOf(sales.make(ann, 'lead', { contactId: 1 }))).fields[0]).toMatchObject({ pointer: '/contactId', detail: 'Only conversion sets it.' })
  })
})
