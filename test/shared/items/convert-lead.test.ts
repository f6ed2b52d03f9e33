import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../../shared/access/index.ts'
import { Conversion, convertLead, deleteItem, findHolders, listItems } from '../../../shared/items/index.ts'
import { aUser } from '../../support/company.ts'
import { problemOf } from '../../support/problems.ts'
import { ann, aSalesCompany, bob, chief, type SalesCompany } from './sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

const convert = (userId: string, id: number, wanted: object): Promise<{ contactId: number | null; companyId: number | null; dealId: number | null }> =>
  sales.as(userId, (ctx) => convertLead(ctx, { id, values: Conversion.parse(wanted) }))
const count = async (type: string): Promise<number> => (await sales.as(chief, (ctx) => listItems(ctx, { type, limit: 200, view: 'list', sort: '-id', filter: {}, cursor: undefined }))).items.length

const everything = { contact: true, company: true, deal: true }
const lead = { firstName: 'Ada', lastName: 'Lovelace', companyTitle: 'Engines Ltd', post: 'Director', emails: [{ value: 'ada@engines.example' }], phones: [{ value: '+371 2000 0000' }], sourceId: 'WEB', amount: '1200', currency: 'USD', opened: false }

describe('ITM-8 conversion of a lead', () => {
  it('makes contact, company and deal with the lead’s fields, all linked, and moves the lead to its success stage', async () => {
    const { id } = await sales.make(ann, 'lead', lead)
    const made = await convert(ann, id, everything)
    expect(await sales.read(ann, 'lead', id)).toMatchObject({ stageId: 'CONVERTED', version: 2, ...made })
    expect(await sales.read(ann, 'contact', made.contactId ?? 0)).toMatchObject({
      title: 'Ada Lovelace', firstName: 'Ada', lastName: 'Lovelace', post: 'Director', sourceId: 'WEB', responsibleId: ann, opened: false, companyIds: [made.companyId], emails: [{ value: 'ada@engines.example', kind: 'work' }], phones: [{ value: '+371 2000 0000' }],
    })
    expect(await sales.read(ann, 'company', made.companyId ?? 0)).toMatchObject({ title: 'Engines Ltd', emails: [], contactIds: [made.contactId] })
    expect(await sales.read(ann, 'deal', made.dealId ?? 0)).toMatchObject({ title: 'Ada Lovelace', amount: '1200.00', currency: 'USD', companyId: made.companyId, contactIds: [made.contactId], stageId: 'NEW' })
    for (const [type, made_] of [['contact', made.contactId], ['company', made.companyId], ['deal', made.dealId]] as const) {
      expect(await sales.linked(ann, type, made_ ?? 0, 'lead')).toEqual([id])
    }
    expect(await sales.linked(ann, 'company', made.companyId ?? 0, 'deal')).toEqual([made.dealId])
    expect((await findHolders(sales.store.table, 'email', ['ada@engines.example'])).get('ada@engines.example')).toEqual(expect.arrayContaining([{ type: 'contact', id: made.contactId }, { type: 'lead', id }]))
  })

  it('can be repeated without making doubles', async () => {
    const { id } = await sales.make(ann, 'lead', lead)
    const first = await convert(ann, id, everything)
    const before = [await count('contact'), await count('company'), await count('deal')]
    expect(await convert(ann, id, everything)).toEqual(first)
    expect([await count('contact'), await count('company'), await count('deal')]).toEqual(before)
    expect((await sales.read(ann, 'lead', id))['version']).toBe(2)
  })

  it('twins at the same time make one of each', async () => {
    const { id } = await sales.make(ann, 'lead', lead)
    const before = await count('deal')
    const results = await Promise.all(Array.from({ length: 8 }, () => convert(ann, id, everything)))
    expect(new Set(results.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(await count('deal')).toBe(before + 1)
  })

  it('adds later what was not wanted at first, linked with what there is', async () => {
    const { id } = await sales.make(ann, 'lead', lead)
    const deal = await convert(ann, id, { deal: true })
    expect(deal).toMatchObject({ contactId: null, companyId: null })
    const contact = await convert(ann, id, { contact: true })
    expect(contact.dealId).toBe(deal.dealId)
    const all = await convert(ann, id, { company: true, deal: true })
    expect(all).toMatchObject({ dealId: deal.dealId, contactId: contact.contactId })
    expect(await sales.read(ann, 'deal', all.dealId ?? 0)).toMatchObject({ contactIds: [all.contactId], companyId: all.companyId })
    expect(await sales.read(ann, 'contact', all.contactId ?? 0)).toMatchObject({ companyIds: [all.companyId] })
    expect(await sales.read(ann, 'company', all.companyId ?? 0)).toMatchObject({ contactIds: [all.contactId] })
  })

  it('lays the given fields over those of the lead, and names a wrong one where it stands in the request', async () => {
    const { id } = await sales.make(ann, 'lead', lead)
    expect((await problemOf(convert(ann, id, { contact: { firstName: 5 } }))).fields[0]?.pointer).toBe('/contact/firstName')
    expect((await problemOf(convert(ann, id, { contact: true, deal: { colour: 'red' } }))).fields[0]?.pointer).toBe('/deal/colour')
    expect((await sales.read(ann, 'lead', id))['version']).toBe(1)
    const made = await convert(ann, id, { contact: { post: 'Owner' }, deal: { title: 'Ten engines', stageId: 'PREPARATION', productRows: [{ title: 'Engine', price: '50', quantity: '10' }] } })
    expect(await sales.read(ann, 'contact', made.contactId ?? 0)).toMatchObject({ post: 'Owner' })
    expect(await sales.read(ann, 'deal', made.dealId ?? 0)).toMatchObject({ title: 'Ten engines', stageId: 'PREPARATION', amount: '500.00', currency: 'USD' })
  })

  it('links the new ones with items that are there, at both ends', async () => {
    const company = await sales.make(ann, 'company', { title: 'Known' })
    const { id } = await sales.make(ann, 'lead', lead)
    const made = await convert(ann, id, { contact: { companyIds: [company.id] }, deal: { companyId: company.id } })
    expect(await sales.read(ann, 'company', company.id)).toMatchObject({ contactIds: [made.contactId] })
    expect(await sales.read(ann, 'deal', made.dealId ?? 0)).toMatchObject({ companyId: company.id, contactIds: [made.contactId] })
  })

  it('gives a company the addresses where no contact takes them', async () => {
    const { id } = await sales.make(ann, 'lead', { title: 'Website form', emails: [{ value: 'x@y.example' }] })
    const made = await convert(ann, id, { company: true })
    expect(await sales.read(ann, 'company', made.companyId ?? 0)).toMatchObject({ title: 'Website form', emails: [{ value: 'x@y.example' }] })
  })

  it('hands on the company’s own fields that stand on both under the same code and kind', async () => {
    const field = (type: string, code: string, kind: string, more: object = {}): Parameters<SalesCompany['add']>[0] => ({
      kind: 'TYPE', id: `${type}/fields/${code}`, value: { part: 'field', type, code, title: code, kind, multiple: false, required: false, requiredFrom: [], searchable: false, createdAt: '2026-01-01', ...more },
    })
    const size = { options: [{ id: 'S', title: 'Small' }, { id: 'L', title: 'Large' }] }
    await sales.add(field('lead', 'size', 'enumeration', size), field('deal', 'size', 'enumeration', size), field('lead', 'budget', 'integer'), field('deal', 'budget', 'text'), field('lead', 'urgent', 'boolean'), field('deal', 'urgent', 'boolean'))
    const { id } = await sales.make(ann, 'lead', { ...lead, fields: { size: 'L', budget: 5, urgent: true } })
    const made = await convert(ann, id, { deal: { fields: { urgent: false } } })
    expect(await sales.read(ann, 'deal', made.dealId ?? 0)).toMatchObject({ fields: { size: 'L', budget: null, urgent: false } })
  })

  it('ITM-5: asks for what the lead must have in its success stage', async () => {
    await sales.add({ kind: 'TYPE', id: 'lead/fields/consent', value: { part: 'field', type: 'lead', code: 'consent', title: 'Consent', kind: 'boolean', multiple: false, required: false, requiredFrom: ['CONVERTED'], searchable: false, createdAt: '2026-01-02' } })
    const { id } = await sales.make(ann, 'lead', lead)
    expect(await problemOf(convert(ann, id, { contact: true }))).toMatchObject({ code: 'field.required', fields: [{ pointer: '/fields/consent' }] })
    await sales.change(ann, 'lead', id, { fields: { consent: true } })
    expect((await convert(ann, id, { contact: true })).contactId).toBeGreaterThan(0)
    await sales.add({ kind: 'TYPE', id: 'lead/fields/consent', value: undefined })
  })

  it('needs add on each target, and makes nothing when one is missing', async () => {
    const user = 'usr_leads_only'
    await sales.add(aUser({ id: user }), {
      kind: 'ROLE', id: 'rol_leads', value: { id: 'rol_leads', name: 'Leads', flags: { settings: false, bulkMail: false, processes: false }, types: { lead: { read: 'own', add: 'own', update: 'own' }, contact: { read: 'own', add: 'own' } }, bindings: [{ kind: 'user', id: user }] } satisfies Role,
    })
    const { id } = await sales.make(user, 'lead', lead)
    const before = await count('contact')
    expect(await problemOf(convert(user, id, everything))).toMatchObject({ status: 403, code: 'company.add_forbidden' })
    expect(await count('contact')).toBe(before)
    expect((await convert(user, id, { contact: true })).contactId).toBeGreaterThan(0)
  })

  it('of a foreign lead answers as of none, and a reader without update may not', async () => {
    const { id } = await sales.make(bob, 'lead', lead)
    expect((await problemOf(convert(ann, id, everything))).status).toBe(404)
    const watched = await sales.make(bob, 'lead', { ...lead, observerIds: [ann] })
    expect((await problemOf(convert(ann, watched.id, everything))).status).toBe(403)
  })

  it('names of what was made before only what the caller may read, and makes no double of the rest', async () => {
    const { id } = await sales.make(ann, 'lead', lead)
    const made = await convert(ann, id, everything)
    await sales.change(ann, 'contact', made.contactId ?? 0, { responsibleId: ann })
    await sales.change(chief, 'contact', made.contactId ?? 0, { responsibleId: bob })
    await sales.as(ann, (ctx) => deleteItem(ctx, { type: 'company', id: made.companyId ?? 0 }))
    expect(await convert(ann, id, everything)).toEqual({ contactId: null, companyId: null, dealId: made.dealId })
    expect(await sales.read(ann, 'lead', id)).toMatchObject({ contactId: null, companyId: null, dealId: made.dealId })
  })

  it.each([{}, { contact: false }, { contact: 1 }, { contact: null }, { quote: true }, { contact: [] }])('%j asks for nothing that could be made', (wanted) => {
    expect(Conversion.safeParse(wanted).success).toBe(false)
  })
})
