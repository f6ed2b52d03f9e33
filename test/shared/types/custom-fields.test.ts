import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createItem, listItems, readItem, updateItem, type Item } from '../../../shared/items/index.ts'
import { createField, deleteField, FieldInput, FieldPatch, listFields, readField, updateField, type FieldView } from '../../../shared/types/use-cases.ts'
import { newField } from '../../../shared/types/field-rules.ts'
import { fieldChange } from '../../../shared/types/types-of.ts'
import { entriesOfItemChange } from '../../../shared/timeline/rules.ts'
import { aUser } from '../../support/company.ts'
import { problemOf } from '../../support/problems.ts'
import { aTypesCompany, type TypesCompany } from './a-types-company.ts'

let at: TypesCompany
beforeAll(async () => {
  at = await aTypesCompany()
  await at.define({ code: 'machine', title: 'Machine', stages: [{ id: 'A', title: 'A' }, { id: 'B', title: 'B' }, { id: 'C', title: 'C' }, { id: 'GOOD', title: 'Good', semantic: 'success' }, { id: 'BAD', title: 'Bad', semantic: 'failure' }] })
})
afterAll(() => at.store.close())

const anItem = (fields: Record<string, unknown>): Item => ({ type: 'machine', id: 1, title: 'M', titleGiven: true, responsibleId: 'usr_a', observerIds: [], opened: true, chatMemberIds: [], values: { fields }, createdAt: '2026-11-21T09:00:00.000Z', createdBy: 'usr_a', updatedAt: '2026-11-21T09:00:00.000Z', updatedBy: 'usr_a', version: 1 })
const pointersOf = async (work: Promise<unknown>): Promise<string[]> => (await problemOf(work)).fields.map(({ pointer }) => pointer)
const change = (field: string, values: Record<string, unknown>, type = 'machine'): Promise<FieldView> => at.shape((ctx) => updateField(ctx, { type, field, values: FieldPatch.parse(values) }))
const drop = (field: string, type = 'machine'): Promise<void> => at.shape((ctx) => deleteField(ctx, { type, field }))

describe('defining fields', () => {
  it('ITM-5: a field works at once on every type, and stands behind the product’s own', async () => {
    await at.addField('contact', { code: 'shoeSize', kind: 'number', title: 'Shoe size' })
    expect(await at.make('contact', { firstName: 'Ida', fields: { shoeSize: 38.5 } })).toMatchObject({ title: 'Ida', fields: { shoeSize: 38.5 } })
    const { items } = await at.shape((ctx) => listFields(ctx, { type: 'contact', limit: 50 }))
    expect(items[0]).toMatchObject({ code: 'firstName', title: 'First name', custom: false })
    expect(items.at(-1)).toEqual({ code: 'shoeSize', title: 'Shoe size', kind: 'number', custom: true, multiple: false, required: false, requiredFrom: [], searchable: false })
  })

  it('ITM-5: a field keeps its kind and code for good', async () => {
    await at.addField('machine', { code: 'weight', kind: 'integer' })
    expect(await problemOf(change('weight', { kind: 'string' }))).toMatchObject({ status: 422, code: 'field.kind_fixed', fields: [{ pointer: '/kind' }] })
    expect(await problemOf(change('weight', { multiple: true }))).toMatchObject({ status: 422, code: 'field.multiple_fixed' })
    expect(await change('weight', { kind: 'integer', title: 'Weight in kg', searchable: true })).toMatchObject({ title: 'Weight in kg', searchable: true })
    expect(await problemOf(at.addField('machine', { code: 'weight', kind: 'integer' }))).toMatchObject({ status: 409, code: 'field.code_taken' })
  })

  it('ITM-5: deleting a field hides it and keeps the data, which is there again when the field comes back', async () => {
    await at.addField('machine', { code: 'owner', kind: 'string' })
    const { id } = await at.make('machine', { fields: { owner: 'Ida' } })
    await drop('owner')
    expect((await at.read('machine', id))['fields']).not.toHaveProperty('owner')
    expect(await pointersOf(at.change('machine', id, { fields: { owner: 'Bo' } }))).toEqual(['/fields/owner'])
    expect((await problemOf(at.shape((ctx) => readField(ctx, { type: 'machine', field: 'owner' })))).status).toBe(404)
    await at.change('machine', id, { title: 'Changed meanwhile' })
    expect(await problemOf(at.addField('machine', { code: 'owner', kind: 'integer' }))).toMatchObject({ status: 409 })
    await at.addField('machine', { code: 'owner', kind: 'string', title: 'Owner' })
    expect((await at.read('machine', id))['fields']).toMatchObject({ owner: 'Ida' })
  })

  it('ITM-5: what makes no sense is refused by name', async () => {
    const refused = (values: Record<string, unknown>): Promise<string[]> => pointersOf(at.addField('machine', { code: 'x', kind: 'string', ...values }))
    expect(await refused({ kind: 'enumeration' })).toEqual(['/options'])
    expect(await refused({ options: [{ title: 'Red' }] })).toEqual(['/options'])
    expect(await refused({ itemTypes: ['deal'] })).toEqual(['/itemTypes'])
    expect(await refused({ requiredFrom: ['NOWHERE'] })).toEqual(['/requiredFrom/0'])
    expect(await refused({ requiredFrom: ['A', 'B'] })).toEqual(['/requiredFrom/1'])
    expect(await refused({ kind: 'enumeration', options: [{ id: 'a', title: 'A' }, { id: 'a', title: 'B' }] })).toEqual(['/options/1/id'])
    for (const code of ['Big', '1st', 'toString', 'constructor', '__proto__', 'a.b', '']) expect(FieldInput.safeParse({ code, kind: 'string' }).success).toBe(false)
    expect(FieldInput.safeParse({ code: 'x', kind: 'colour' }).success).toBe(false)
  })

  it('ITM-5: a type holds at most 200 fields of the company’s own', async () => {
    await at.define({ code: 'wide', title: 'Wide', flags: { stages: false }, fields: Array.from({ length: 50 }, (_, n) => ({ code: `f${n}`, kind: 'string' })) })
    const more = Array.from({ length: 150 }, (_, n) => fieldChange(newField({ code: 'wide', pipelines: [] }, FieldInput.parse({ code: `f${n + 50}`, kind: 'string' }), new Date().toISOString())))
    await at.company.add(...more.slice(0, 75))
    await at.company.add(...more.slice(75))
    expect(await problemOf(at.addField('wide', { code: 'f200', kind: 'string' }))).toMatchObject({ status: 422, code: 'field.too_many' })
    const all = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`f${n}`, 'x']))
    expect((await at.make('wide', { fields: all }))['fields']).toEqual(all)
    await drop('f0', 'wide')
    await at.addField('wide', { code: 'f200', kind: 'string' })
  })

  it('ITM-5: an item that would not fit into its row is refused before anything is stored, and a page of large ones ends early', async () => {
    await at.define({ code: 'book', title: 'Book', flags: { stages: false }, fields: [{ code: 'pages', kind: 'text', multiple: true }] })
    const page = 'é'.repeat(9_999)
    expect(await problemOf(at.make('book', { fields: { pages: Array.from({ length: 20 }, () => page) } }))).toMatchObject({ status: 413, code: 'item.too_large' })
    const { id } = await at.make('book', { fields: { pages: Array.from({ length: 19 }, () => page) } })
    expect(await problemOf(at.change('book', id, { fields: { pages: Array.from({ length: 20 }, () => page) } }))).toMatchObject({ status: 413 })
    expect(await at.read('book', id)).toMatchObject({ version: 1 })
    for (let n = 0; n < 15; n += 1) await at.make('book', { fields: { pages: Array.from({ length: 19 }, () => page) } })
    const whole = await at.company.as(at.company.administratorId, (ctx) => listItems(ctx, { type: 'book', limit: 50, view: 'full', sort: '-id', filter: {}, cursor: undefined }))
    expect(Buffer.byteLength(JSON.stringify(whole))).toBeLessThan(6_000_000)
    expect(whole.nextCursor).not.toBeNull()
  })
})

describe('required fields', () => {
  it('ITM-5: one that is always required is asked for on creation, though not of a mail, and cannot be cleared', async () => {
    await at.define({ code: 'ticket', title: 'Ticket', fields: [{ code: 'reason', kind: 'string', required: true, title: 'Reason' }, { code: 'urgent', kind: 'boolean', required: true }] })
    expect(await pointersOf(at.make('ticket', {}))).toEqual(['/fields/reason', '/fields/urgent'])
    expect(await pointersOf(at.make('ticket', { fields: { reason: '  ', urgent: false } }))).toEqual(['/fields/reason'])
    const byMail = await at.company.as(at.company.administratorId, (ctx) => createItem({ ...ctx, actor: { ...ctx.actor, via: 'mail' } }, { type: 'ticket', values: {} }))
    expect(byMail).toMatchObject({ fields: { reason: null, urgent: null } })
    const { id } = await at.make('ticket', { fields: { reason: 'Broken', urgent: false } })
    expect(await pointersOf(at.change('ticket', id, { fields: { reason: null } }))).toEqual(['/fields/reason'])
    expect(await at.change('ticket', id, { fields: { reason: 'Lost' } })).toMatchObject({ fields: { reason: 'Lost', urgent: false } })
  })

  it('ITM-5: one that is required from a stage on is asked for there and later, but not of who has lost', async () => {
    await at.addField('machine', { code: 'price', kind: 'money', requiredFrom: ['B'] })
    const { id } = await at.make('machine', { stageId: 'A' })
    for (const stageId of ['B', 'C', 'GOOD']) expect(await pointersOf(at.change('machine', id, { stageId }))).toEqual(['/fields/price'])
    expect(await pointersOf(at.make('machine', { stageId: 'C' }))).toEqual(['/fields/price'])
    expect(await at.change('machine', id, { stageId: 'BAD' })).toMatchObject({ stageId: 'BAD' })
    expect(await at.change('machine', id, { stageId: 'C', fields: { price: { amount: '12' } } })).toMatchObject({ stageId: 'C', fields: { price: { amount: '12.00', currency: 'EUR' } } })
    expect(await pointersOf(at.change('machine', id, { fields: { price: null } }))).toEqual(['/fields/price'])
    await at.change('machine', id, { stageId: 'A', fields: { price: null } })
  })

  it('ITM-5: old items are worked with as before when a field becomes required, until they move', async () => {
    const { id } = await at.make('machine', { stageId: 'A' })
    await at.addField('machine', { code: 'late', kind: 'string', required: true })
    expect(await at.change('machine', id, { title: 'Still changed' })).toMatchObject({ title: 'Still changed' })
    expect(await pointersOf(at.change('machine', id, { stageId: 'BAD' }))).toEqual(['/fields/late'])
    expect(await at.change('machine', id, { stageId: 'BAD', fields: { late: 'now' } })).toMatchObject({ stageId: 'BAD' })
    await drop('late')
  })
})

describe('values that name something', () => {
  const ask = async (userId: string, id: unknown): Promise<Record<string, unknown>> => (await at.company.as(userId, (ctx) => readItem(ctx, { type: 'vessel', id: Number(id) })))['fields'] as Record<string, unknown>

  it('ITM-5: an option that is retired stays where it was chosen and is chosen no more', async () => {
    await at.addField('machine', { code: 'colour', kind: 'enumeration', options: [{ title: 'Deep blue' }, { id: 'red', title: 'Red' }] })
    const { id } = await at.make('machine', { fields: { colour: 'DEEP_BLUE' } })
    expect(await pointersOf(at.make('machine', { fields: { colour: 'green' } }))).toEqual(['/fields/colour'])
    expect((await change('colour', { options: [{ id: 'red', title: 'Bright red' }, { title: 'Green' }] })).options).toEqual([{ id: 'red', title: 'Bright red' }, { id: 'GREEN', title: 'Green' }, { id: 'DEEP_BLUE', title: 'Deep blue', retired: true }])
    expect(await at.change('machine', id, { title: 'Blue still', fields: { colour: 'DEEP_BLUE' } })).toMatchObject({ fields: { colour: 'DEEP_BLUE' } })
    expect(await problemOf(at.make('machine', { fields: { colour: 'DEEP_BLUE' } }))).toMatchObject({ code: 'field.option_retired', fields: [{ pointer: '/fields/colour' }] })
  })

  it('ITM-5: an employee is somebody active, and stays when they leave', async () => {
    await at.addField('machine', { code: 'keepers', kind: 'employee', multiple: true })
    await at.company.add(aUser({ id: 'usr_leaving' }))
    const { id } = await at.make('machine', { fields: { keepers: ['usr_leaving', at.seller, at.seller] } })
    expect((await at.read('machine', id))['fields']).toMatchObject({ keepers: ['usr_leaving', at.seller] })
    await at.company.add(aUser({ id: 'usr_leaving', active: false }))
    expect(await at.change('machine', id, { fields: { keepers: [at.company.administratorId, 'usr_leaving'] } })).toMatchObject({ fields: { keepers: [at.company.administratorId, 'usr_leaving'] } })
    expect(await pointersOf(at.make('machine', { fields: { keepers: [at.seller, 'usr_leaving'] } }))).toEqual(['/fields/keepers/1'])
  })

  it('ITM-3: a link needs read on the other end, is shown to who may see it, and outlives changes by who may not', async () => {
    await at.define({ code: 'vessel', title: 'Vessel', flags: { stages: false }, fields: [{ code: 'parts', kind: 'item', multiple: true, itemTypes: ['contact', 'machine'] }, { code: 'dock', kind: 'item' }], roles: await at.shape(async (ctx) => ({ [ctx.workspace.entries<{ id: string; name: string }>('ROLE').find(({ name }) => name === 'Manager')?.id ?? '']: { read: 'all', update: 'all' } })) })
    const mine = await at.company.as(at.seller, (ctx) => createItem(ctx, { type: 'contact', values: { firstName: 'Mine' } }))
    const foreign = await at.make('machine')
    const hidden = { type: 'machine', id: foreign['id'] }
    const seen = { type: 'contact', id: mine['id'] }
    const { id } = await at.make('vessel', { fields: { parts: [hidden, seen], dock: hidden } })
    expect(await ask(at.company.administratorId, id)).toEqual({ parts: [hidden, seen], dock: hidden })
    expect(await ask(at.seller, id)).toEqual({ parts: [seen], dock: null })

    const asSeller = (values: object): Promise<Record<string, unknown>> => at.company.as(at.seller, (ctx) => updateItem(ctx, { type: 'vessel', id: Number(id), values }))
    expect(await asSeller({ fields: { parts: [seen], dock: null } })).toMatchObject({ version: 1 })
    // ACC-9: whoever guesses what they may not see hears the same as of what is not there, also where it is what stands there.
    for (const fields of [{ parts: [hidden, seen] }, { parts: [seen, hidden] }, { dock: hidden }]) expect(await problemOf(asSeller({ fields }))).toMatchObject({ code: 'field.link_unknown' })
    await asSeller({ fields: { parts: [] } })
    expect(await ask(at.company.administratorId, id)).toEqual({ parts: [hidden], dock: hidden })
    expect(await pointersOf(at.make('vessel', { fields: { parts: [{ type: 'machine', id: 99_999 }] } }))).toEqual(['/fields/parts/0'])
    expect(await pointersOf(at.make('vessel', { fields: { parts: [{ type: 'deal', id: 1 }] } }))).toEqual(['/fields/parts/0'])
    expect(await problemOf(asSeller({ fields: { dock: { type: 'machine', id: Number((await at.make('machine'))['id']) } } }))).toMatchObject({ code: 'field.link_unknown' })

    const filter = { 'fields.parts': `machine:${String(foreign['id'])}` }
    expect(await at.list('vessel', filter)).toEqual([id])
    const listed = await at.company.as(at.seller, (ctx) => listItems(ctx, { type: 'vessel', limit: 10, view: 'list', sort: '-id', filter, cursor: undefined }))
    expect(listed.items).toEqual([])
  })

  it('ITM-7: lists are filtered by fields, and a field that is not there is refused by name', async () => {
    const cheap = await at.make('machine', { fields: { price: { amount: '9.5', currency: 'USD' }, weight: 5 } })
    const dear = await at.make('machine', { fields: { price: { amount: '100', currency: 'EUR' }, weight: 50 } })
    expect(await at.list('machine', { 'fields.price[ge]': '10' })).toEqual([dear['id']])
    expect(await at.list('machine', { 'fields.weight[lt]': '10' })).toEqual([cheap['id']])
    expect(await at.list('machine', { 'fields.weight[in]': '5,50' })).toEqual([dear['id'], cheap['id']])
    expect(await pointersOf(at.list('machine', { 'fields.nothing': '1' }))).toEqual(['?fields.nothing'])
    expect(await pointersOf(at.list('machine', { 'fields.weight': 'heavy' }))).toEqual(['?fields.weight'])
  })

  it('ITM-9: a timeline names each field that changed, and of very long values only that they did', async () => {
    const entry = entriesOfItemChange(anItem({ note: 'x'.repeat(30_000), size: 1 }), { ...anItem({ note: 'y'.repeat(30_000), size: 2 }), version: 2 }, 'user')
    expect(entry[0]?.entry.data).toEqual({ changes: [{ field: 'fields.note', old: null, new: null, omitted: true }, { field: 'fields.size', old: 1, new: 2 }] })
  })

  it('ACC-2: fields are the matter of who has the flag settings', async () => {
    expect(await problemOf(at.company.as(at.seller, (ctx) => createField(ctx, { type: 'deal', values: FieldInput.parse({ code: 'x', kind: 'string' }) })))).toMatchObject({ status: 403 })
    expect(await problemOf(at.company.as(at.seller, (ctx) => deleteField(ctx, { type: 'machine', field: 'weight' })))).toMatchObject({ status: 403 })
  })
})
