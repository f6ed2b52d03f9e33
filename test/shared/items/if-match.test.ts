import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addObservers, convertLead, deleteItem, removeObserver, restoreItem } from '../../../shared/items/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { problemOf } from '../../support/problems.ts'
import { ann, aSalesCompany, bob, chief, type SalesCompany } from './sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

interface Case {
  readonly name: string
  /** What stands before, as Ann made it. */
  readonly prepare?: (ctx: Ctx, id: number) => Promise<unknown>
  readonly change: (ctx: Ctx, given: { type: string; id: number; ifMatch?: number }) => Promise<unknown>
  /** How somebody without the right is answered, whatever version they name. */
  readonly refused: number
}

const cases: readonly Case[] = [
  { name: 'adding observers', change: (ctx, given) => addObservers(ctx, { ...given, values: { userIds: [chief] } }), refused: 403 },
  { name: 'removing an observer', change: (ctx, given) => removeObserver(ctx, { ...given, userId: ann === ctx.actor.userId ? bob : ann }), refused: 403 },
  { name: 'converting', change: (ctx, given) => convertLead(ctx, { ...given, values: { contact: true } }), refused: 403 },
  { name: 'restoring', prepare: (ctx, id) => deleteItem(ctx, { type: 'lead', id }), change: (ctx, given) => restoreItem(ctx, given), refused: 404 },
]

describe.each(cases)('ITM-6: If-Match on $name', ({ prepare, change, refused }) => {
  it('refuses a stale version and changes nothing, takes the one that stands, and is not asked of who may not', async () => {
    const { id } = await sales.make(ann, 'lead', { firstName: 'Ada', observerIds: [bob] })
    await sales.change(ann, 'lead', id, { title: 'Newer' })
    if (prepare) await sales.as(ann, (ctx) => prepare(ctx, id))
    const version = async (): Promise<number> => Number((await sales.store.table.get({ pk: `ITEM#lead#${id}`, sk: 'ITEM' }, { consistent: true }))?.['version'])
    const before = await version()
    const attempt = (userId: string, ifMatch: number): Promise<unknown> => sales.as(userId, (ctx) => change(ctx, { type: 'lead', id, ifMatch }))
    expect((await problemOf(attempt(bob, before))).status).toBe(refused)
    expect((await problemOf(attempt(bob, 1))).status).toBe(refused)
    expect(await problemOf(attempt(ann, 1))).toMatchObject({ status: 412, code: 'item.stale' })
    expect(await version()).toBe(before)
    await attempt(ann, before)
    expect(await version()).toBe(before + 1)
  })
})
