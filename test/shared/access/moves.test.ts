import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { updateRole } from '../../../shared/access/index.ts'
import { deactivateUser, readUser, updateDepartment, updateUser } from '../../../shared/directory/index.ts'
import { createItem, listItems, readItem, restampItems, updateItem } from '../../../shared/items/index.ts'
import { rolePorts } from '../../../shared/types/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aCompany, aDepartment, aUser, type TestCompany } from '../../support/company.ts'
import { problemOf } from '../../support/problems.ts'
import { aTable, type TestTable } from '../../support/table.ts'
import { aRole } from '../../support/workspace.ts'

let store: TestTable
let company: TestCompany
beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(
    aDepartment({ id: 'north', headId: 'nina' }),
    aDepartment({ id: 'south', headId: 'sven' }),
    ...['nina', 'sven'].map((id) => aUser({ id })),
    aUser({ id: 'ann', departmentIds: ['north'] }),
    aRole({ id: 'leader', types: { deal: { read: 'subdepartments', update: 'subdepartments' } }, bindings: [{ kind: 'user', id: 'nina' }, { kind: 'user', id: 'sven' }] }),
    aRole({ id: 'seller', types: { deal: { read: 'own', add: 'own', update: 'own' } }, bindings: [{ kind: 'user', id: 'ann' }] }),
  )
})
afterAll(() => store.close())

const asAdministrator = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => company.as(company.administratorId, work)
const listOf = async (userId: string): Promise<unknown[]> => (await company.as(userId, (ctx) => listItems(ctx, { type: 'deal', limit: 50, cursor: undefined, sort: '-id', view: 'list', filter: {} }))).items.map(({ id }) => id)
const make = async (): Promise<number> => Number((await company.as('ann', (ctx) => createItem(ctx, { type: 'deal', values: { opened: false } })))['id'])

describe('DIR-4: a change of the structure takes effect at once', () => {
  it('the background work after a move tells how far it has come, and when it is done', async () => {
    await company.add(aUser({ id: 'mia', departmentIds: ['north'] }), aRole({ id: 'mias', types: { deal: { read: 'own', add: 'own' } }, bindings: [{ kind: 'user', id: 'mia' }] }))
    const progress = async (): Promise<unknown> => asAdministrator(async (ctx) => (await readUser(ctx, { id: 'mia' })).restamping)
    for (let n = 0; n < 3; n += 1) await company.as('mia', (ctx) => createItem(ctx, { type: 'deal', values: { opened: false } }))
    expect(await progress()).toBeUndefined()
    await asAdministrator((ctx) => updateUser(ctx, { id: 'mia', values: { departmentIds: [] } }))
    expect(await progress()).toEqual({ stamped: 0, cleanSince: null })
    const at = Date.now()
    const run = (minutes: number): Promise<unknown> => asAdministrator((ctx) => restampItems({ ...ctx, now: () => new Date(at + minutes * 60_000) }))
    await run(0)
    expect(await progress()).toEqual({ stamped: 3, cleanSince: null })
    await run(5)
    expect(await progress()).toEqual({ stamped: 3, cleanSince: new Date(at + 5 * 60_000).toISOString() })
    await run(21)
    expect(await progress()).toBeUndefined()
  })

  it('somebody moves: their items leave one head’s lists and enter the other’s, before and after they are stamped anew', async () => {
    const id = await make()
    expect([await listOf('nina'), await listOf('sven')]).toEqual([[id], []])
    await asAdministrator((ctx) => updateUser(ctx, { id: 'ann', values: { departmentIds: ['south'] } }))
    expect([await listOf('nina'), await listOf('sven')]).toEqual([[], [id]])
    let now = Date.now()
    for (const minutes of [0, 5, 30, 60]) {
      now += minutes * 60_000
      await asAdministrator((ctx) => restampItems({ ...ctx, now: () => new Date(now) }))
      expect([await listOf('nina'), await listOf('sven')]).toEqual([[], [id]])
    }
    await asAdministrator((ctx) => updateUser(ctx, { id: 'ann', values: { departmentIds: ['north'] } }))
    expect([await listOf('nina'), await listOf('sven')]).toEqual([[id], []])
  })

  it('a department is hung below another, and gets another head', async () => {
    const [id] = await listOf('nina')
    await asAdministrator((ctx) => updateDepartment(ctx, { id: 'north', values: { parentId: 'south' } }))
    expect([await listOf('nina'), await listOf('sven')]).toEqual([[id], [id]])
    await asAdministrator((ctx) => updateDepartment(ctx, { id: 'north', values: { headId: null } }))
    expect([await listOf('nina'), await listOf('sven')]).toEqual([[], [id]])
    await asAdministrator((ctx) => updateDepartment(ctx, { id: 'north', values: { parentId: null, headId: 'nina' } }))
    expect([await listOf('nina'), await listOf('sven')]).toEqual([[id], []])
  })

  it('DIR-3: somebody leaves: what they own stays in reach of their department', async () => {
    const [id] = await listOf('ann')
    await asAdministrator((ctx) => deactivateUser(ctx, { id: 'ann' }))
    expect([await listOf('nina'), await listOf('ann')]).toEqual([[id], []])
    expect((await problemOf(company.as('nina', (ctx) => updateItem(ctx, { type: 'deal', id: Number(id), values: { responsibleId: 'ann', title: 'x' } })).then(() => company.as('ann', (ctx) => readItem(ctx, { type: 'deal', id: Number(id) }))))).status).toBe(404)
    await company.add(aUser({ id: 'ann', departmentIds: ['north'] }))
  })
})

describe('ACC-4: moving between stages', () => {
  const move = (userId: string, id: number, stageId: string): Promise<unknown> => company.as(userId, (ctx) => updateItem(ctx, { type: 'deal', id, values: { stageId } }))

  it.each([
    ['update on both stages', { NEW: 'own', WON: 'own' }, 200],
    ['none where it goes', { NEW: 'own', WON: 'none' }, 403],
    ['none where it is', { NEW: 'none', WON: 'own' }, 403],
  ] as const)('%s: %i', async (_what, { NEW, WON }, expected) => {
    const id = await make()
    await asAdministrator((ctx) => updateRole({ ...ctx, ...rolePorts }, { id: 'seller', values: { types: { deal: { read: 'own', add: 'own', stages: { NEW: { update: NEW }, WON: { update: WON } } } } } }))
    const answer = expected === 200 ? await move('ann', id, 'WON').then(() => 200) : (await problemOf(move('ann', id, 'WON'))).status
    expect(answer).toBe(expected)
    expect(await company.as('ann', (ctx) => readItem(ctx, { type: 'deal', id }))).toMatchObject({ stageId: expected === 200 ? 'WON' : 'NEW' })
  })

  it('ACC-3: a move together with a new responsible person is judged on the item before the change', async () => {
    await asAdministrator((ctx) => updateRole({ ...ctx, ...rolePorts }, { id: 'seller', values: { types: { deal: { read: 'own', add: 'own', update: 'own' } } } }))
    const id = await make()
    await company.as('ann', (ctx) => updateItem(ctx, { type: 'deal', id, values: { responsibleId: 'sven', stageId: 'WON' } }))
    expect((await problemOf(move('ann', id, 'LOST'))).status).toBe(404)
  })
})
