import { createItem, deleteItem, listItems, readItem, updateItem } from '../../../shared/items/index.ts'
import { standingItems } from '../../../shared/items/standing-items.ts'
import { createField, createType, FieldInput, TypeInput, type FieldView, type TypePorts, type TypeView } from '../../../shared/types/use-cases.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aCompany, aUser, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

/** A company whose administrator shapes its types, and a seller who works with them. */
export interface TypesCompany {
  readonly store: TestTable
  readonly company: TestCompany
  readonly seller: string
  /** Runs a use case as the administrator, with what the room of types needs of items. */
  shape<T>(work: (ctx: Ctx & TypePorts) => Promise<T>): Promise<T>
  define(values: Record<string, unknown>): Promise<TypeView>
  addField(type: string, values: Record<string, unknown>): Promise<FieldView>
  make(type: string, values?: object): Promise<Record<string, unknown>>
  change(type: string, id: unknown, values: object): Promise<Record<string, unknown>>
  read(type: string, id: unknown): Promise<Record<string, unknown>>
  remove(type: string, id: unknown): Promise<void>
  /** The numbers that a list of the administrator shows. */
  list(type: string, filter?: Record<string, string>): Promise<unknown[]>
}

export async function aTypesCompany(): Promise<TypesCompany> {
  const store = await aTable()
  const company = await aCompany(store.table)
  const seller = 'usr_seller'
  await company.add(aUser({ id: seller }))
  await company.bind('manager', { kind: 'user', id: seller })
  const admin = company.administratorId
  const shape: TypesCompany['shape'] = (work) => company.as(admin, (ctx) => work({ ...ctx, items: standingItems }))
  return {
    store,
    company,
    seller,
    shape,
    define: (values) => shape((ctx) => createType(ctx, { values: TypeInput.parse(values) })),
    addField: (type, values) => shape((ctx) => createField(ctx, { type, values: FieldInput.parse(values) })),
    make: (type, values = {}) => company.as(admin, (ctx) => createItem(ctx, { type, values })),
    change: (type, id, values) => company.as(admin, (ctx) => updateItem(ctx, { type, id: Number(id), values })),
    read: (type, id) => company.as(admin, (ctx) => readItem(ctx, { type, id: Number(id) })),
    remove: (type, id) => company.as(admin, (ctx) => deleteItem(ctx, { type, id: Number(id) })),
    list: async (type, filter = {}) => (await company.as(admin, (ctx) => listItems(ctx, { type, limit: 50, view: 'list', sort: '-id', filter, cursor: undefined }))).items.map(({ id }) => id),
  }
}
