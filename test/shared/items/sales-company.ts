import { createItem, listItems, listLinks, readItem, updateItem } from '../../../shared/items/index.ts'
import { aCompany, aUser, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

export type View = Record<string, unknown> & { id: number }

/** A company with two managers, who see their own items only, and a chief, who sees all. */
export interface SalesCompany extends TestCompany {
  readonly store: TestTable
  make(userId: string, type: string, values?: object): Promise<View>
  read(userId: string, type: string, id: number): Promise<View>
  change(userId: string, type: string, id: number, values: object, ifMatch?: number): Promise<View>
  list(userId: string, type: string, filter?: Record<string, string>, view?: 'list' | 'full'): Promise<View[]>
  /** The numbers of the items of a type that are linked with an item. */
  linked(userId: string, type: string, id: number, of: string): Promise<number[]>
}

export const ann = 'usr_ann'
export const bob = 'usr_bob'
export const chief = 'usr_chief'

export async function aSalesCompany(): Promise<SalesCompany> {
  const store = await aTable()
  const company = await aCompany(store.table)
  await company.add(...[ann, bob, chief].map((id) => aUser({ id })))
  await company.bind('manager', { kind: 'user', id: ann }, { kind: 'user', id: bob })
  await company.bind('chiefExecutive', { kind: 'user', id: chief })
  return {
    ...company,
    store,
    make: async (userId, type, values = {}) => (await company.as(userId, (ctx) => createItem(ctx, { type, values }))) as View,
    read: async (userId, type, id) => (await company.as(userId, (ctx) => readItem(ctx, { type, id }))) as View,
    change: async (userId, type, id, values, ifMatch) => (await company.as(userId, (ctx) => updateItem(ctx, { type, id, values, ...(ifMatch === undefined ? {} : { ifMatch }) }))) as View,
    list: async (userId, type, filter = {}, view = 'list') => {
      const found: View[] = []
      let cursor: string | undefined
      do {
        const page = await company.as(userId, (ctx) => listItems(ctx, { type, limit: 2, view, sort: '-id', filter, cursor }))
        found.push(...(page.items as View[]))
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      return found
    },
    linked: async (userId, type, id, of) => {
      const found: number[] = []
      let cursor: string | undefined
      do {
        const page = await company.as(userId, (ctx) => listLinks(ctx, { type, id, of, limit: 2, cursor }))
        found.push(...page.items.map((item) => Number(item['id'])))
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      return found
    },
  }
}
