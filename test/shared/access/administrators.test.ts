import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bindRole, deleteRole, updateRole, type Binding } from '../../../shared/access/index.ts'
import { deactivateUser, deleteDepartment, updateDepartment, updateGroup, updateUser } from '../../../shared/directory/index.ts'
import { rolePorts } from '../../../shared/types/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { openTables, type Tables } from '../../prove/access/tables.ts'
import { aCompany, aDepartment, aGroup, aUser, type TestCompany } from '../../support/company.ts'
import { problemOf } from '../../support/problems.ts'
import { aRole } from '../../support/workspace.ts'

let tables: Tables
beforeAll(async () => {
  tables = await openTables()
})
afterAll(() => tables.close())

/** A company in which Ada alone has `settings`, by this binding. */
async function companyOfAda(binding: Binding): Promise<TestCompany> {
  const company = await aCompany(await tables.fresh())
  await company.add(
    aDepartment({ id: 'top' }),
    aDepartment({ id: 'office', headId: 'ada' }),
    aDepartment({ id: 'below', parentId: 'top', headId: 'ada' }),
    aGroup({ id: 'trusted', memberIds: ['ada'] }),
    aUser({ id: 'ada', departmentIds: ['office'] }),
    aUser({ id: 'bob' }),
    aRole({ id: 'keeper', flags: { settings: true }, bindings: [binding] }),
  )
  await company.as('ada', (ctx) => deactivateUser(ctx, { id: company.administratorId }))
  return company
}

describe('ACC-12: the last one with settings cannot be lost', () => {
  const byUser: Binding = { kind: 'user', id: 'ada' }
  const byOffice: Binding = { kind: 'department', id: 'office', scope: 'department' }
  const byHead: Binding = { kind: 'department', id: 'below', scope: 'heads' }
  const fromAbove: Binding = { kind: 'department', id: 'top', scope: 'subdepartments' }
  const ways: readonly [how: string, binding: Binding, work: (ctx: Ctx) => Promise<unknown>][] = [
    ['by deactivating them', byUser, (ctx) => deactivateUser(ctx, { id: 'ada' })],
    ['by unbinding the role', byUser, (ctx) => bindRole(ctx, { id: 'keeper', values: { bindings: [] } })],
    ['by binding the role to a department without people', byUser, (ctx) => bindRole(ctx, { id: 'keeper', values: { bindings: [{ kind: 'department', id: 'top', scope: 'department' }] } })],
    ['by taking the flag from the role', byUser, (ctx) => updateRole({ ...ctx, ...rolePorts }, { id: 'keeper', values: { flags: { settings: false } } })],
    ['by deleting the role', byUser, (ctx) => deleteRole(ctx, { id: 'keeper' })],
    ['by taking them out of the group', { kind: 'group', id: 'trusted' }, (ctx) => updateGroup(ctx, { id: 'trusted', values: { memberIds: ['bob'], name: 'Others' } })],
    ['by giving the department that they head another head', byHead, (ctx) => updateDepartment(ctx, { id: 'below', values: { headId: null } })],
    ['by hanging their department elsewhere', fromAbove, (ctx) => updateDepartment(ctx, { id: 'below', values: { parentId: null } })],
    ['by deleting the department that they head', fromAbove, (ctx) => deleteDepartment(ctx, { id: 'below' })],
  ]
  for (const [how, binding, work] of ways) {
    it(`${how}: refused with 409, and nothing has changed`, async () => {
      const company = await companyOfAda(binding)
      const before = await company.as('ada', async (ctx) => ctx.workspace.version)
      // Who is left besides them cannot sign in.
      await company.add(aUser({ id: 'bob', active: false }))
      const problem = await problemOf(company.as('ada', work))
      expect([problem.status, problem.code]).toEqual([409, 'access.last_administrator'])
      expect(await company.as('ada', async (ctx) => ctx.workspace.version)).toBe(before + 1)
    })
  }

  it('by moving them to another department: only where being head does not keep them in it', async () => {
    const company = await companyOfAda(byOffice)
    await company.as('ada', (ctx) => updateUser(ctx, { id: 'ada', values: { departmentIds: [] } }))
    expect((await problemOf(company.as('ada', (ctx) => updateDepartment(ctx, { id: 'office', values: { headId: null } })))).code).toBe('access.last_administrator')
  })

  it('two who remove each other at the same time: one of them stays', async () => {
    const company = await companyOfAda(byUser)
    for (let round = 0; round < 5; round += 1) {
      await company.add(aUser({ id: 'ada' }), aUser({ id: 'bob' }), aRole({ id: 'keeper', flags: { settings: true }, bindings: [byUser, { kind: 'user', id: 'bob' }] }))
      const outcomes = await Promise.allSettled([company.as('ada', (ctx) => deactivateUser(ctx, { id: 'bob' })), company.as('bob', (ctx) => deactivateUser(ctx, { id: 'ada' }))])
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    }
  })
})
