import { afterAll, beforeAll, expect, it } from 'vitest'
import { rightsOf } from '../../../shared/access/index.ts'
import { aCompany, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
})
afterAll(() => store.close())

it('the rights of a person are worked out once, and nothing is kept of somebody who is not there', async () => {
  await company.as(company.administratorId, async ({ workspace }) => {
    expect(rightsOf(workspace, company.administratorId)).toBe(rightsOf(workspace, company.administratorId))
    const nobody = rightsOf(workspace, 'usr_made_up')
    expect([nobody.active, nobody.grants, rightsOf(workspace, 'usr_made_up') === nobody]).toEqual([false, [], false])
  })
})
