import { afterAll, beforeAll, expect, it } from 'vitest'
import { listItems } from '../../../shared/items/index.ts'
import { aDeal, fill } from '../../bench/fill.ts'
import { meterClient } from '../../bench/metered-client.ts'
import { aCompany, aDepartment, aUser } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
beforeAll(async () => {
  store = await aTable()
})
afterAll(() => store.close())

it('ITM-7: a head whose people have few items among very many of others gets a full page for a bounded price', async () => {
  const company = await aCompany(store.table)
  const { measure } = meterClient(store.client)
  const departments = Array.from({ length: 20 }, (_, n) => `dep_${n}`)
  const mine = Array.from({ length: 40 }, (_, n) => `usr_mine_${n}`)
  await company.add(aDepartment({ id: 'dep_root', headId: 'usr_head' }), ...departments.map((id) => aDepartment({ id, parentId: 'dep_root' })), aUser({ id: 'usr_head' }), aUser({ id: 'usr_other' }))
  await company.add(...mine.map((id, n) => aUser({ id, departmentIds: [departments[n % 20] ?? ''] })))
  await company.add({ kind: 'ROLE', id: 'rol_head', value: { id: 'rol_head', name: 'Head of all', flags: { settings: false, bulkMail: false, processes: false }, types: { deal: { read: 'subdepartments' } }, bindings: [{ kind: 'user', id: 'usr_head' }] } })
  const stages = ['NEW', 'PREPARATION', 'INVOICE', 'EXECUTING', 'WON', 'LOST']
  // Sixty old deals of theirs, then two thousand newer ones of somebody else.
  const deals = Array.from({ length: 2060 }, (_, n) => aDeal(n + 1, n < 60 ? (mine[n % mine.length] ?? '') : 'usr_other', stages[n % 6] ?? 'NEW'))
  await company.as(company.administratorId, (ctx) => fill(store.client, store.name, ctx.workspace, deals))
  const { result, cost } = await measure(() => company.as('usr_head', (ctx) => listItems(ctx, { type: 'deal', limit: 50, view: 'list', sort: '-id', filter: {}, cursor: undefined })))
  expect(result.items.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, n) => 60 - n))
  expect(result.nextCursor).not.toBeNull()
  expect(cost.readUnits).toBeLessThan(35)
})
