import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTemplate, deleteTemplate, readTemplate, updateTemplate, type TemplatePatch, type TemplateView } from '../../../shared/templates/index.ts'
import { simulateAccess, Simulation } from '../../../shared/items/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aCompany, type TestCompany } from '../../support/company.ts'
import { problemOf } from '../../support/problems.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
})
afterAll(() => store.close())

const as = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => company.as(company.administratorId, work)
const made = (type: string | null = null): Promise<TemplateView> => as((ctx) => createTemplate(ctx, { values: { name: 'Offer', subject: 'Our offer', html: '', text: 'Hello', type } }))
const change = (id: string, values: TemplatePatch, ifMatch?: number): Promise<TemplateView> => as((ctx) => updateTemplate(ctx, { id, values, ...(ifMatch === undefined ? {} : { ifMatch }) }))

describe('BLK-2, ITM-6: changing a template', () => {
  it('makes no version where nothing changes', async () => {
    const template = await made()
    expect(await change(template.id, { name: 'Offer', text: 'Hello' })).toEqual(template)
    expect(await change(template.id, { text: 'Good day' })).toMatchObject({ version: 2, text: 'Good day', name: 'Offer' })
  })

  it('two at the same time without If-Match are both made, one after the other', async () => {
    const { id } = await made()
    await Promise.all([change(id, { name: 'Renamed' }), change(id, { text: 'Rewritten' }), change(id, { subject: 'New subject' })])
    expect(await as((ctx) => readTemplate(ctx, { id }))).toMatchObject({ version: 4, name: 'Renamed', text: 'Rewritten', subject: 'New subject' })
  })

  it('and removing one with a stale If-Match is refused, and changes nothing', async () => {
    const { id } = await made()
    await change(id, { name: 'Newer' }, 1)
    expect(await problemOf(change(id, { name: 'Lost' }, 1))).toMatchObject({ status: 412, code: 'template.stale' })
    expect(await problemOf(as((ctx) => deleteTemplate(ctx, { id, ifMatch: 1 })))).toMatchObject({ status: 412, code: 'template.stale' })
    expect(await as((ctx) => readTemplate(ctx, { id }))).toMatchObject({ name: 'Newer', version: 2 })
    await as((ctx) => deleteTemplate(ctx, { id, ifMatch: 2 }))
    expect((await problemOf(as((ctx) => readTemplate(ctx, { id })))).status).toBe(404)
  })
})

describe('API-5: a type in a body that there is not', () => {
  const unknown = { status: 400, code: 'type.unknown', fields: [{ pointer: '/type', detail: 'There is no such type.' }] }

  it('is a bad field of a new template, and of a change', async () => {
    expect(await problemOf(made('nothing'))).toMatchObject(unknown)
    const { id } = await made('deal')
    expect(await problemOf(change(id, { type: 'nothing' }))).toMatchObject(unknown)
    expect(await change(id, { type: null })).toMatchObject({ type: null })
  })

  it('is a bad field of a simulation', async () => {
    expect(await problemOf(as((ctx) => simulateAccess(ctx, { values: Simulation.parse({ userId: company.administratorId, type: 'nothing' }) })))).toMatchObject(unknown)
  })
})
