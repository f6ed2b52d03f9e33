import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FormInput, readForm, resetForm, saveForm, type FormView } from '../../../shared/types/use-cases.ts'
import { problemOf } from '../../support/problems.ts'
import { aTypesCompany, type TypesCompany } from './a-types-company.ts'

let at: TypesCompany
beforeAll(async () => {
  at = await aTypesCompany()
  await at.define({ code: 'machine', title: 'Machine', fields: [{ code: 'serial', kind: 'string' }] })
})
afterAll(() => at.store.close())

const save = (userId: string, values: Record<string, unknown>, type = 'machine'): Promise<FormView> => at.company.as(userId, (ctx) => saveForm(ctx, { type, values: FormInput.parse(values) }))
const formOf = (userId: string, scope?: 'common', type = 'machine'): Promise<FormView> => at.company.as(userId, (ctx) => readForm(ctx, { type, scope }))
const section = (title: string, ...names: string[]): object => ({ title, fields: names.map((name) => (name.startsWith('-') ? { name: name.slice(1), hidden: true } : { name })) })

describe('the form of a type', () => {
  it('ITM-10: shows all fields as long as nobody has laid them out', async () => {
    expect(await formOf(at.seller)).toEqual({ type: 'machine', scope: 'default', sections: [{ title: 'Machine', fields: ['title', 'pipelineId', 'stageId', 'fields.serial', 'responsibleId', 'observerIds', 'opened'].map((name) => ({ name, hidden: false })) }] })
    const quote = (await formOf(at.seller, undefined, 'quote')).sections.flatMap(({ fields }) => fields.map(({ name }) => name))
    expect(quote).toEqual(expect.arrayContaining(['number', 'productRows', 'dealId', 'companyId', 'contactIds']))
    expect(quote).not.toContain('observerIds')
  })

  it('ITM-10: administrators lay out the common one, everybody their own, which wins for them', async () => {
    expect(await problemOf(save(at.seller, { scope: 'common', sections: [] }))).toMatchObject({ status: 403 })
    await save(at.company.administratorId, { scope: 'common', sections: [section('Main', 'fields.serial', 'title', 'responsibleId', '-observerIds'), section('Rest', 'opened', 'pipelineId', 'stageId')] })
    expect(await formOf(at.seller)).toMatchObject({ scope: 'common', sections: [{ title: 'Main' }, { title: 'Rest' }] })
    await save(at.seller, { sections: [section('Mine', 'title', 'observerIds', '-fields.serial', '-opened')] })
    expect(await formOf(at.seller)).toEqual({ type: 'machine', scope: 'personal', sections: [{ title: 'Mine', fields: [{ name: 'title', hidden: false }, { name: 'observerIds', hidden: false }, { name: 'fields.serial', hidden: true }, { name: 'opened', hidden: true }] }, { title: 'More', fields: ['pipelineId', 'stageId', 'responsibleId'].map((name) => ({ name, hidden: false })) }] })
    expect(await formOf(at.seller, 'common')).toMatchObject({ scope: 'common' })
    expect(await formOf(at.company.administratorId)).toMatchObject({ scope: 'common' })
    await at.company.as(at.seller, (ctx) => resetForm(ctx, { type: 'machine' }))
    expect(await formOf(at.seller)).toMatchObject({ scope: 'common' })
    await at.company.as(at.company.administratorId, (ctx) => resetForm(ctx, { type: 'machine', scope: 'common' }))
    expect(await formOf(at.seller)).toMatchObject({ scope: 'default' })
  })

  it('ITM-10: a hidden field keeps its data and stays in the API; observerIds are hidden and shown again', async () => {
    const { id } = await at.make('machine', { fields: { serial: 'A-1' }, observerIds: [at.seller] })
    const hiddenIn = async (): Promise<unknown> => (await formOf(at.company.administratorId)).sections.flatMap(({ fields }) => fields).find(({ name }) => name === 'observerIds')?.hidden
    await save(at.company.administratorId, { scope: 'common', sections: [section('All', 'title', '-observerIds', '-fields.serial')] })
    expect(await hiddenIn()).toBe(true)
    expect(await at.change('machine', id, { title: 'Renamed' })).toMatchObject({ observerIds: [at.seller], fields: { serial: 'A-1' } })
    await save(at.company.administratorId, { scope: 'common', sections: [section('All', 'title', 'observerIds')] })
    expect(await hiddenIn()).toBe(false)
  })

  it('ITM-10: unknown and doubled fields are refused by name', async () => {
    const refused = async (...names: string[]): Promise<string | undefined> => (await problemOf(save(at.seller, { sections: [section('A', 'title'), section('B', ...names)] }))).fields[0]?.pointer
    expect(await refused('opened', 'colour')).toBe('/sections/1/fields/1/name')
    expect(await refused('fields.missing')).toBe('/sections/1/fields/0/name')
    expect(await refused('title')).toBe('/sections/1/fields/0/name')
  })

  it('ITM-10: a new field is seen at once, in a section of its own, and a deleted one is gone', async () => {
    await save(at.seller, { sections: [section('Mine', 'title', 'fields.serial')] })
    await at.addField('machine', { code: 'weight', kind: 'integer' })
    expect((await formOf(at.seller)).sections.at(-1)?.fields.map(({ name }) => name)).toContain('fields.weight')
  })
})
