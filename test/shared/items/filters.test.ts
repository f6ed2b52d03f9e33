import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addObservers, addObserversToMany, ObserversOfMany } from '../../../shared/items/index.ts'
import { problemOf } from '../../support/problems.ts'
import { ann, aSalesCompany, bob, chief, type SalesCompany } from './sales-company.ts'

let sales: SalesCompany
let ids: number[]
beforeAll(async () => {
  sales = await aSalesCompany()
  ids = []
  for (const title of ['One', 'Two', 'Three', 'Four']) ids.push((await sales.make(ann, 'deal', { title })).id)
  ids.push((await sales.make(bob, 'deal', { title: 'Foreign' })).id)
  await sales.as(ann, (ctx) => addObservers(ctx, { type: 'deal', id: ids[1] ?? 0, values: { userIds: [bob] } }))
  await sales.as(ann, (ctx) => addObservers(ctx, { type: 'deal', id: ids[3] ?? 0, values: { userIds: [bob, chief] } }))
})
afterAll(() => sales.store.close())

const titles = async (userId: string, filter: Record<string, string>, view?: 'list' | 'full'): Promise<unknown[]> => (await sales.list(userId, 'deal', filter, view)).map(({ title }) => title)

describe('ITM-7: a list filtered by what every item has', () => {
  it('by its number, of those that the caller may read', async () => {
    expect(await titles(ann, { id: String(ids[2]) })).toEqual(['Three'])
    expect(await titles(ann, { 'id[in]': ids.join(',') })).toEqual(['Four', 'Three', 'Two', 'One'])
    expect(await titles(ann, { 'id[in]': ids.join(','), title: 'Two' }, 'full')).toEqual(['Two'])
    expect(await titles(ann, { 'id[gt]': String(ids[1]) })).toEqual(['Four', 'Three'])
    expect(await titles(ann, { id: '1.5' })).toEqual([])
    expect((await problemOf(titles(ann, { id: 'x' }))).fields[0]?.pointer).toBe('?id')
  })

  it('by its version', async () => {
    expect(await titles(ann, { version: '2' })).toEqual(['Four', 'Two'])
    expect(await titles(ann, { 'version[lt]': '2' }, 'full')).toEqual(['Three', 'One'])
  })

  it('by who observes it: the caller, or somebody else', async () => {
    expect(await titles(bob, { observerIds: bob })).toEqual(['Four', 'Two'])
    expect(await titles(bob, { observerIds: bob, 'title[ne]': 'Two' }, 'full')).toEqual(['Four'])
    expect(await titles(ann, { observerIds: bob })).toEqual(['Four', 'Two'])
    expect(await titles(bob, { observerIds: chief })).toEqual(['Four'])
    expect(await titles(ann, { 'observerIds[ne]': bob })).toEqual(['Three', 'One'])
    expect(await titles(ann, { observerIds: ann })).toEqual([])
  })

  it('OBS-1: not by the observers of a quote, which has none', async () => {
    expect((await problemOf(sales.list(ann, 'quote', { observerIds: bob }))).fields[0]?.pointer).toBe('?observerIds')
  })
})

describe('OBS-2: the items of a list to which observers are added', () => {
  const add = (filter: string): Promise<{ items: { id: number }[] }> => sales.as(ann, (ctx) => addObserversToMany(ctx, { type: 'deal', values: ObserversOfMany.parse({ filter, userIds: [chief] }) }))

  it.each(['limit=1', 'cursor=x', 'view=full', 'sort=id', 'title=One&title=Two', '__proto__=x', 'title=One&__proto__=x', `title=${'x'.repeat(1001)}`])('are not chosen by a filter of which a part would be dropped: %s', async (filter) => {
    expect(await problemOf(add(filter))).toMatchObject({ code: 'filter.invalid', fields: [{ pointer: '/filter' }] })
  })

  it('are those that the list would show', async () => {
    expect((await add('title=One')).items.map(({ id }) => id)).toEqual([ids[0]])
    expect((await add('')).items.map(({ id }) => id)).toEqual(ids.slice(0, 4).toReversed())
  })
})
