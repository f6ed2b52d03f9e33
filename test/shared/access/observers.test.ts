import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rightsOf, may } from '../../../shared/access/index.ts'
import { addObservers, createItem, listItems, readItem, removeObserver, updateItem } from '../../../shared/items/index.ts'
import { aCompany, aUser, type TestCompany } from '../../support/company.ts'
import { problemOf } from '../../support/problems.ts'
import { aTable, type TestTable } from '../../support/table.ts'
import { aRole, rightsIn } from '../../support/workspace.ts'

let store: TestTable
let company: TestCompany
beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(...['ann', 'bob', 'eve', 'chief', 'gone'].map((id) => aUser({ id, active: id !== 'gone' })))
  await company.bind('manager', { kind: 'user', id: 'ann' }, { kind: 'user', id: 'bob' })
  await company.bind('chiefExecutive', { kind: 'user', id: 'chief' })
})
afterAll(() => store.close())

const make = async (values: object): Promise<number> => Number((await company.as('ann', (ctx) => createItem(ctx, { type: 'deal', values })))['id'])
const observersOf = async (id: number): Promise<unknown> => (await company.as('chief', (ctx) => readItem(ctx, { type: 'deal', id })))['observerIds']
const listOf = async (userId: string): Promise<unknown[]> => (await company.as(userId, (ctx) => listItems(ctx, { type: 'deal', limit: 50, cursor: undefined, sort: '-id', view: 'list', filter: {} }))).items.map(({ id }) => id)

describe('ACC-7: an observer may read the item and nothing more', () => {
  const deal = { type: 'deal', responsibleId: 'ann', opened: false, observerIds: ['eve'] }

  it('whatever their roles say', () => {
    const rights = rightsIn('eve', aUser({ id: 'eve' }))
    expect((['read', 'update', 'delete', 'export'] as const).filter((operation) => may(rights, operation, deal))).toEqual(['read'])
  })

  it.each([
    ['no role', {}, false],
    ['a role that says none for the type', { deal: { read: 'none' as const } }, false],
    ['a role that says own for the type', { deal: { read: 'own' as const } }, true],
    ['a role that says none for the stage', { deal: { read: 'own' as const, stages: { WON: { read: 'none' as const } } } }, false],
  ])('with observersNeedRole only from the level own on: %s', (_what, types, expected) => {
    const rights = rightsIn('eve', aUser({ id: 'eve' }), { kind: 'SETTINGS', id: 'general', value: { observersNeedRole: true } }, aRole({ id: 'role', types, bindings: [{ kind: 'user', id: 'eve' }] }))
    expect(may(rights, 'read', { ...deal, pipelineId: 'default', stageId: 'WON' })).toBe(expected)
  })

  it('an observer who is deactivated reads no more', () => {
    expect(may(rightsIn('eve', aUser({ id: 'eve', active: false })), 'read', deal)).toBe(false)
  })

  it('sees it in lists at once, and no more once removed', async () => {
    const id = await make({})
    await company.as('ann', (ctx) => addObservers(ctx, { type: 'deal', id, values: { userIds: ['eve'] } }))
    expect(await listOf('eve')).toEqual([id])
    await company.as('ann', (ctx) => removeObserver(ctx, { type: 'deal', id, userId: 'eve' }))
    expect(await listOf('eve')).toEqual([])
    expect((await problemOf(company.as('eve', (ctx) => readItem(ctx, { type: 'deal', id })))).status).toBe(404)
  })

  it('sees it in lists once, also where a role lets them look at the same place without reaching it', async () => {
    await company.add(aRole({ id: 'stageReader', types: { deal: { stages: { NEW: { read: 'open' } } } }, bindings: [{ kind: 'user', id: 'eve' }] }))
    const id = await make({ opened: false, observerIds: ['eve'] })
    const open = await make({ opened: true })
    expect((await listOf('eve')).slice(0, 2)).toEqual([open, id])
    await company.add(aRole({ id: 'stageReader' }))
    expect(await listOf('eve')).toEqual([id])
  })
})

describe('OBS-2: who adds and removes observers', () => {
  it('needs update; many at once; everyone may remove themselves', async () => {
    const id = await make({ observerIds: ['eve'] })
    const add = (userId: string): Promise<unknown> => company.as(userId, (ctx) => addObservers(ctx, { type: 'deal', id, values: { userIds: ['bob', 'chief', 'eve'] } }))
    expect((await problemOf(add('eve'))).status).toBe(403)
    expect((await problemOf(add('bob'))).status).toBe(404)
    await add('ann')
    expect(await observersOf(id)).toEqual(['eve', 'bob', 'chief'])
    expect((await problemOf(company.as('eve', (ctx) => removeObserver(ctx, { type: 'deal', id, userId: 'bob' })))).status).toBe(403)
    await company.as('eve', (ctx) => removeObserver(ctx, { type: 'deal', id, userId: 'eve' }))
    expect(await observersOf(id)).toEqual(['bob', 'chief'])
    expect((await problemOf(company.as('eve', (ctx) => removeObserver(ctx, { type: 'deal', id, userId: 'eve' })))).status).toBe(404)
  })

  it('somebody who has left cannot be added', async () => {
    const id = await make({})
    const problem = await problemOf(company.as('ann', (ctx) => addObservers(ctx, { type: 'deal', id, values: { userIds: ['bob', 'gone'] } })))
    expect([problem.status, problem.fields[0]?.pointer]).toEqual([400, '/userIds/1'])
    expect(await observersOf(id)).toEqual([])
  })
})

describe('OBS-4: the responsible person is never an observer too', () => {
  it('on creation, when added, and when an observer becomes responsible', async () => {
    const id = await make({ observerIds: ['ann', 'bob'] })
    expect(await observersOf(id)).toEqual(['bob'])
    await company.as('ann', (ctx) => addObservers(ctx, { type: 'deal', id, values: { userIds: ['ann'] } }))
    expect(await observersOf(id)).toEqual(['bob'])
    await company.as('ann', (ctx) => updateItem(ctx, { type: 'deal', id, values: { responsibleId: 'bob' } }))
    expect(await observersOf(id)).toEqual([])
    await company.as('bob', (ctx) => updateItem(ctx, { type: 'deal', id, values: { responsibleId: 'chief' } }))
    expect(await listOf('bob')).not.toContain(id)
    expect(await company.as('bob', async (ctx) => rightsOf(ctx.workspace, 'bob').active)).toBe(true)
  })
})
