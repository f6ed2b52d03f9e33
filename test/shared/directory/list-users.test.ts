import { afterAll, beforeAll, expect, it } from 'vitest'
import { listUsers } from '../../../shared/directory/index.ts'
import { aCompany, aDepartment, aUser, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(
    aDepartment({ id: 'dep_north', headId: 'usr_hanna' }),
    aDepartment({ id: 'dep_below', parentId: 'dep_north' }),
    aUser({ id: 'usr_ann', departmentIds: ['dep_north'] }),
    aUser({ id: 'usr_bob', departmentIds: ['dep_below', 'dep_north'] }),
    aUser({ id: 'usr_cleo', departmentIds: ['dep_north'], active: false }),
    aUser({ id: 'usr_dora', departmentIds: ['dep_below'] }),
    aUser({ id: 'usr_hanna' }),
  )
})
afterAll(() => store.close())

const listed = (query: Partial<Parameters<typeof listUsers>[1]>) => company.as('usr_ann', async (ctx) => listUsers(ctx, { limit: 50, ...query }))
const idsOf = async (query: Partial<Parameters<typeof listUsers>[1]>): Promise<string[]> => (await listed(query)).items.map(({ id }) => id)

it('DIR-1: the members of a department are listed, whether it is their first department or a further one', async () => {
  expect(await idsOf({ departmentId: 'dep_north' })).toEqual(['usr_ann', 'usr_bob', 'usr_cleo'])
  expect(await idsOf({ departmentId: 'dep_north', active: 'true' })).toEqual(['usr_ann', 'usr_bob'])
  expect(await idsOf({ departmentId: 'dep_below' })).toEqual(['usr_bob', 'usr_dora'])
  expect(await idsOf({ departmentId: 'dep_none' })).toEqual([])
  const { nextCursor } = await listed({ departmentId: 'dep_north', limit: 1 })
  expect(await idsOf({ departmentId: 'dep_north', cursor: nextCursor ?? '' })).toEqual(['usr_bob', 'usr_cleo'])
})
