import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addObservers, createItem, deleteItem, explainAccess, listItems, readItem, removeObserver, updateItem } from '../../../shared/items/index.ts'
import { sealCursor } from '../../../shared/kernel/cursor.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { signingKeyOf } from '../../../shared/workspace/index.ts'
import { aCompany, aDepartment, aUser, type TestCompany } from '../../support/company.ts'
import { createMany } from '../../support/many-items.ts'
import { problemOf } from '../../support/problems.ts'
import { aTable, type TestTable } from '../../support/table.ts'
import { aRole } from '../../support/workspace.ts'

const ann = 'ann'
const chief = 'chief'
const MISSING = 9999

let store: TestTable
let company: TestCompany
/** A deal of the chief's that Ann may not read. */
let hidden: number

beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(aDepartment({ id: 'sales' }), aUser({ id: ann, departmentIds: ['sales'] }), aUser({ id: chief }), aUser({ id: 'opener' }))
  await company.bind('manager', { kind: 'user', id: ann })
  await company.bind('chiefExecutive', { kind: 'user', id: chief })
  await company.add(aRole({ id: 'opener', types: { deal: { read: 'open' } }, bindings: [{ kind: 'user', id: 'opener' }] }))
  const { id } = await company.as(chief, (ctx) => createItem(ctx, { type: 'deal', values: { title: 'Secret merger', amount: '777.00', stageId: 'WON' } }))
  hidden = Number(id)
})
afterAll(() => store.close())

interface Asked {
  limit?: number
  cursor?: string | undefined
  sort?: '-id' | 'id'
  view?: 'list' | 'full'
  filter?: Record<string, string>
}
const list = (userId: string, { limit = 50, cursor, sort = '-id', view = 'list', filter = {} }: Asked = {}): ReturnType<typeof listItems> => company.as(userId, (ctx) => listItems(ctx, { type: 'deal', limit, cursor, sort, view, filter }))

describe('ACC-9: an item that one may not read answers exactly as one that is not there', () => {
  const ways: readonly [what: string, work: (ctx: Ctx, id: number) => Promise<unknown>][] = [
    ['reading it by its address', (ctx, id) => readItem(ctx, { type: 'deal', id })],
    ['changing it', (ctx, id) => updateItem(ctx, { type: 'deal', id, values: { title: 'Mine now' } })],
    ['changing it with a version (a stale one would tell that it exists)', (ctx, id) => updateItem(ctx, { type: 'deal', id, values: { title: 'Mine now' }, ifMatch: 41 })],
    ['changing it with the right version', (ctx, id) => updateItem(ctx, { type: 'deal', id, values: { title: 'Mine now' }, ifMatch: 1 })],
    ['moving it into an unknown stage', (ctx, id) => updateItem(ctx, { type: 'deal', id, values: { stageId: 'NOWHERE' } })],
    ['giving it to somebody unknown', (ctx, id) => updateItem(ctx, { type: 'deal', id, values: { responsibleId: 'gone' } })],
    ['taking it', (ctx, id) => updateItem(ctx, { type: 'deal', id, values: { responsibleId: ann } })],
    ['deleting it', (ctx, id) => deleteItem(ctx, { type: 'deal', id })],
    ['deleting it with a version', (ctx, id) => deleteItem(ctx, { type: 'deal', id, ifMatch: 41 })],
    ['adding oneself as an observer', (ctx, id) => addObservers(ctx, { type: 'deal', id, values: { userIds: [ann] } })],
    ['removing oneself as an observer', (ctx, id) => removeObserver(ctx, { type: 'deal', id, userId: ann })],
    ['removing somebody else', (ctx, id) => removeObserver(ctx, { type: 'deal', id, userId: chief })],
    ['asking why', (ctx, id) => explainAccess(ctx, { type: 'deal', id, operation: 'read' })],
    ['asking why one may not add it', (ctx, id) => explainAccess(ctx, { type: 'deal', id, operation: 'add' })],
  ]
  for (const [what, work] of ways) {
    it(`${what}`, async () => {
      const [forHidden, forMissing] = await Promise.all([hidden, MISSING].map((id) => problemOf(company.as(ann, (ctx) => work(ctx, id)))))
      const told = (problem: typeof forHidden): unknown[] => [problem?.status, problem?.code, problem?.message, problem?.fields]
      expect(told(forHidden)).toEqual(told(forMissing))
      expect(forHidden?.status).toBe(404)
    })
  }

  it('nothing of it has changed', async () => {
    expect(await company.as(chief, (ctx) => readItem(ctx, { type: 'deal', id: hidden }))).toMatchObject({ title: 'Secret merger', version: 1, responsibleId: chief, observerIds: [] })
  })

  it('what one may read but not change is refused as forbidden', async () => {
    const { id } = await company.as(chief, (ctx) => createItem(ctx, { type: 'deal', values: { observerIds: [ann], opened: false } }))
    const problem = await problemOf(company.as(ann, (ctx) => updateItem(ctx, { type: 'deal', id: Number(id), values: { title: 'x' } })))
    expect([problem.status, problem.code]).toEqual([403, 'deal.update_forbidden'])
    await company.as(chief, (ctx) => deleteItem(ctx, { type: 'deal', id: Number(id) }))
  })
})

describe('ITM-7: nothing is told of what one may not read', () => {
  it.each([
    ['its stage', { stageId: 'WON' }],
    ['its amount', { 'amount[ge]': '777', 'amount[le]': '777' }],
    ['its title', { 'title[contains]': 'merger' }],
    ['its responsible person', { responsibleId: chief }],
    ['a field that lists do not hold', { createdBy: chief }],
    ['what it is not', { 'stageId[ne]': 'NEW' }],
  ])('a filter does not find it by %s', async (_what, filter) => {
    for (const view of ['list', 'full'] as const) expect(await list(ann, { filter, view })).toEqual({ items: [], nextCursor: null })
  })

  it('a list gives no counts, and no cursor where nothing readable follows', async () => {
    const own = await company.as(ann, (ctx) => createItem(ctx, { type: 'deal', values: { title: 'Ann’s' } }))
    await company.as(chief, (ctx) => createItem(ctx, { type: 'deal', values: {} }))
    for (const sort of ['-id', 'id'] as const) {
      const page = await list(ann, { limit: 1, sort })
      expect(Object.keys(page)).toEqual(['items', 'nextCursor'])
      expect([page.items.map(({ id }) => id), page.nextCursor]).toEqual([[own['id']], null])
    }
    await company.as(ann, (ctx) => updateItem(ctx, { type: 'deal', id: Number(own['id']), values: { stageId: 'LOST' } }))
  })

  it('a cursor of another user, another filter, another order or of one’s own making is refused', async () => {
    const { nextCursor } = await list(chief, { limit: 1 })
    expect(nextCursor).not.toBeNull()
    const cursor = String(nextCursor)
    const [body = ''] = cursor.split('.')
    const ways: [string, Asked][] = [[ann, { cursor }], [chief, { cursor, sort: 'id' }], [chief, { cursor, filter: { stageId: 'WON' } }], [chief, { cursor: `${Buffer.from('1').toString('base64url')}.${cursor.split('.')[1] ?? ''}` }], [chief, { cursor: body }], [chief, { cursor: '' }]]
    for (const [userId, asked] of ways) {
      const problem = await problemOf(list(userId, asked))
      expect([problem.status, problem.code]).toEqual([400, 'cursor.invalid'])
    }
    expect((await list(chief, { cursor })).items.length).toBeGreaterThan(0)
  })

  it('a cursor names the last item of the page, never one that was passed over', async () => {
    for (let made = 0; made < 3; made += 1) await company.as(ann, (ctx) => createItem(ctx, { type: 'deal', values: {} }))
    const { items, nextCursor } = await list(ann, { limit: 2 })
    const purpose = `${ann} deal -id []`
    expect(nextCursor).toBe(await company.as(ann, async (ctx) => sealCursor(signingKeyOf(ctx.workspace), purpose, String(items.at(-1)?.['id']))))
  })

  it('a page is full however many items that one may not read lie between', async () => {
    await company.add(aRole({ id: 'opener', types: { lead: { read: 'open' } }, bindings: [{ kind: 'user', id: 'opener' }] }))
    const closed = Array.from({ length: 2100 }, () => ({ type: 'lead', values: { responsibleId: chief, opened: false } }))
    await company.as(chief, (ctx) => createMany(ctx, [{ type: 'lead', values: { responsibleId: chief, title: 'The oldest' } }, ...closed]))
    const ask = (filter: Record<string, string>): ReturnType<typeof listItems> => company.as('opener', (ctx) => listItems(ctx, { type: 'lead', limit: 50, cursor: undefined, sort: '-id', view: 'list', filter }))
    expect((await ask({})).items.map(({ title }) => title)).toEqual(['The oldest'])
    expect((await ask({ 'title[contains]': 'oldest' })).items.map(({ title }) => title)).toEqual(['The oldest'])
    expect(await ask({ 'title[contains]': 'youngest' })).toEqual({ items: [], nextCursor: null })
  })
})
