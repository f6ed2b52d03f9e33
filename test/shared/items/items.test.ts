import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createItem, deleteItem, findHolders, listItems, readItem, updateItem } from '../../../shared/items/index.ts'
import { aCompany, aDepartment, aUser, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'
import { problemOf } from '../../support/problems.ts'

let store: TestTable
let company: TestCompany
const ann = 'usr_ann'
const bob = 'usr_bob'
const head = 'usr_head'
const chief = 'usr_chief'
const nobody = 'usr_nobody'
const everything = { limit: 50, view: 'list', sort: '-id', filter: {}, cursor: undefined } as const

beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(aDepartment({ id: 'dep_sales', headId: head }), ...[ann, bob].map((id) => aUser({ id, departmentIds: ['dep_sales'] })), ...[head, chief, nobody].map((id) => aUser({ id })))
  await company.bind('manager', { kind: 'user', id: ann }, { kind: 'user', id: bob })
  await company.bind('headOfDepartment', { kind: 'user', id: head })
  await company.bind('chiefExecutive', { kind: 'user', id: chief })
})
afterAll(() => store.close())

const make = (userId: string, type: string, values: object): Promise<Record<string, unknown>> => company.as(userId, (ctx) => createItem(ctx, { type, values }))

describe('making an item', () => {
  it('ITM-2: numbers are counted per type and the caller is responsible', async () => {
    const first = await make(ann, 'deal', { title: 'Roof', amount: '1200' })
    const second = await make(ann, 'deal', {})
    expect(second['id']).toBe(Number(first['id']) + 1)
    expect(first).toMatchObject({ type: 'deal', responsibleId: ann, opened: true, pipelineId: 'default', stageId: 'NEW', amount: '1200.00', currency: 'EUR', version: 1, observerIds: [] })
    expect(second['title']).toBe(`Deal #${String(second['id'])}`)
  })

  it('ITM-2: a person without a title is called by their names, and renamed with them', async () => {
    const made = await make(ann, 'contact', { firstName: 'Ada', lastName: 'Lovelace' })
    expect(made['title']).toBe('Ada Lovelace')
    const renamed = await company.as(ann, (ctx) => updateItem(ctx, { type: 'contact', id: Number(made['id']), values: { lastName: 'King' } }))
    expect(renamed['title']).toBe('Ada King')
  })

  it('ITM-2: a title made of long names holds no half of a character', async () => {
    const made = await make(ann, 'contact', { firstName: 'x'.repeat(498), lastName: '🎉 Party' })
    expect(made['title']).toBe(`${'x'.repeat(498)} `)
    expect((await make(ann, 'contact', { firstName: 'x'.repeat(497), lastName: '🎉 Party' }))['title']).toBe(`${'x'.repeat(497)} 🎉`)
  })

  it('ITM-5: an unknown field is refused by its name and nothing is stored', async () => {
    const problem = await problemOf(make(ann, 'deal', { tittle: 'x' }))
    expect(problem.fields).toEqual([{ pointer: '/tittle', detail: 'There is no such field.' }])
    expect(problem.status).toBe(400)
  })

  it('ACC-3: add is judged on the item as it would be stored', async () => {
    expect((await problemOf(make(ann, 'deal', { responsibleId: bob }))).status).toBe(403)
    expect((await problemOf(make(nobody, 'deal', {}))).status).toBe(403)
    expect(await make(head, 'deal', { responsibleId: bob })).toMatchObject({ responsibleId: bob })
  })

  it('SNS-2: the item is found by each of its addresses, whatever their letter case', async () => {
    const made = await make(ann, 'company', { title: 'Acme', emails: [{ value: 'Sales@Acme.example', kind: 'work' }, { value: 'hi@acme.example' }] })
    const holders = await findHolders(store.table, 'email', ['sales@acme.example', 'hi@acme.example', 'no@acme.example'])
    expect(holders.get('sales@acme.example')).toEqual([{ type: 'company', id: made['id'] }])
    expect(holders.get('no@acme.example')).toEqual([])
    await company.as(chief, (ctx) => deleteItem(ctx, { type: 'company', id: Number(made['id']) }))
    expect((await findHolders(store.table, 'email', ['sales@acme.example'])).get('sales@acme.example')).toEqual([])
  })
})

describe('changing an item', () => {
  it('ITM-6: a stale If-Match gets 412 and changes nothing', async () => {
    const { id } = await make(ann, 'deal', { title: 'Old' })
    await company.as(ann, (ctx) => updateItem(ctx, { type: 'deal', id: Number(id), values: { title: 'New' }, ifMatch: 1 }))
    expect((await problemOf(company.as(ann, (ctx) => updateItem(ctx, { type: 'deal', id: Number(id), values: { title: 'Newest' }, ifMatch: 1 })))).status).toBe(412)
    expect(await company.as(ann, (ctx) => readItem(ctx, { type: 'deal', id: Number(id) }))).toMatchObject({ title: 'New', version: 2 })
  })

  it('ITM-6: what changes nothing stores nothing', async () => {
    const { id } = await make(ann, 'deal', { title: 'Same', amount: '5' })
    const again = await company.as(ann, (ctx) => updateItem(ctx, { type: 'deal', id: Number(id), values: { title: 'Same', amount: 5 } }))
    expect(again['version']).toBe(1)
  })

  it('ITM-2: null, empty text and empty lists clear a field, and what is left out stays', async () => {
    const { id } = await make(ann, 'contact', { firstName: 'Ada', post: 'Owner', companyTitle: 'Acme', emails: [{ value: 'ada@acme.example' }] })
    const cleared = await company.as(ann, (ctx) => updateItem(ctx, { type: 'contact', id: Number(id), values: { post: null, companyTitle: '', emails: [] } }))
    expect(cleared).toMatchObject({ firstName: 'Ada', post: null, companyTitle: null, emails: [] })
    expect((await findHolders(store.table, 'email', ['ada@acme.example'])).get('ada@acme.example')).toEqual([])
    expect(await company.as(ann, (ctx) => readItem(ctx, { type: 'contact', id: Number(id) }))).toMatchObject({ post: null, emails: [] })
  })

  it('ITM-6: twenty writers at once lose no change', async () => {
    const { id } = await make(ann, 'deal', {})
    await Promise.all(Array.from({ length: 20 }, (_, n) => company.as(ann, (ctx) => updateItem(ctx, { type: 'deal', id: Number(id), values: { title: `Number ${n}` } }))))
    expect(await company.as(ann, (ctx) => readItem(ctx, { type: 'deal', id: Number(id) }))).toMatchObject({ version: 21 })
  })

  it('ITM-4: an unknown stage is refused and a known one is entered', async () => {
    const { id } = await make(ann, 'deal', {})
    const move = (stageId: string): Promise<Record<string, unknown>> => company.as(ann, (ctx) => updateItem(ctx, { type: 'deal', id: Number(id), values: { stageId } }))
    expect((await problemOf(move('MOON'))).fields[0]?.pointer).toBe('/stageId')
    expect(await move('WON')).toMatchObject({ stageId: 'WON', pipelineId: 'default' })
  })
})

describe('who sees what', () => {
  it('ACC-9: an item one may not read answers as one that does not exist', async () => {
    const { id } = await make(bob, 'deal', {})
    const foreign = await problemOf(company.as(ann, (ctx) => readItem(ctx, { type: 'deal', id: Number(id) })))
    const missing = await problemOf(company.as(ann, (ctx) => readItem(ctx, { type: 'deal', id: 999_999 })))
    expect({ status: foreign.status, code: foreign.code, detail: foreign.message }).toEqual({ status: 404, code: missing.code, detail: missing.message })
  })

  it('ITM-7: a manager lists their own, a head the department’s, a chief all, page by page, newest first', async () => {
    for (const userId of [ann, bob, ann, bob, head]) await make(userId === head ? chief : userId, 'lead', { title: userId })
    const list = async (userId: string): Promise<string[]> => {
      const titles: string[] = []
      let cursor: string | undefined
      do {
        const page = await company.as(userId, (ctx) => listItems(ctx, { ...everything, type: 'lead', limit: 2, cursor }))
        titles.push(...page.items.map(({ title }) => String(title)))
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      return titles
    }
    expect(await list(ann)).toEqual([ann, ann])
    expect(await list(head)).toEqual([bob, ann, bob, ann])
    expect(await list(chief)).toEqual([head, bob, ann, bob, ann])
    expect(await list(nobody)).toEqual([])
  })

  it('ACC-7: an observer reads and lists the item without any role', async () => {
    const { id } = await make(ann, 'contact', { firstName: 'Seen', observerIds: [nobody] })
    expect(await company.as(nobody, (ctx) => readItem(ctx, { type: 'contact', id: Number(id) }))).toMatchObject({ title: 'Seen' })
    const page = await company.as(nobody, (ctx) => listItems(ctx, { ...everything, type: 'contact' }))
    expect(page.items.map((item) => item['id'])).toEqual([id])
    expect((await problemOf(company.as(nobody, (ctx) => updateItem(ctx, { type: 'contact', id: Number(id), values: { firstName: 'x' } })))).status).toBe(403)
  })

  it('ITM-7: filters narrow the list, and unknown ones are refused by name', async () => {
    await make(ann, 'deal', { title: 'Small', amount: '900', stageId: 'INVOICE' })
    await make(ann, 'deal', { title: 'Large', amount: '1000.5', stageId: 'INVOICE' })
    const filtered = await company.as(ann, (ctx) => listItems(ctx, { ...everything, type: 'deal', filter: { stageId: 'INVOICE', 'amount[ge]': '1000' } }))
    expect(filtered.items.map(({ title }) => title)).toEqual(['Large'])
    expect((await problemOf(company.as(ann, (ctx) => listItems(ctx, { ...everything, type: 'deal', filter: { color: 'red' } })))).fields[0]?.pointer).toBe('?color')
  })

  it('API-4: a cursor of another caller is refused', async () => {
    const page = await company.as(ann, (ctx) => listItems(ctx, { ...everything, type: 'deal', limit: 1 }))
    expect((await problemOf(company.as(chief, (ctx) => listItems(ctx, { ...everything, type: 'deal', limit: 1, cursor: page.nextCursor ?? '' })))).code).toBe('cursor.invalid')
  })
})
