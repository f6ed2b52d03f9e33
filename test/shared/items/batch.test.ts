import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Batch, changeBatch, createItem, updateItem } from '../../../shared/items/index.ts'
import { countTogether } from '../../prove/items/counting.ts'
import { linkTogether } from '../../prove/items/linking.ts'
import { ConditionFailed, type Table } from '../../../shared/platform/table.ts'
import { problemOf } from '../../support/problems.ts'
import { ann, aSalesCompany, bob, type SalesCompany } from './sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

describe('a batch of operations', () => {
  const run = (userId: string, operations: object[], bugs: unknown[] = [], table = (one: Table) => one): ReturnType<typeof changeBatch> =>
    sales.as(userId, (ctx) => changeBatch({ ...ctx, table: table(ctx.table), reportBug: (error) => void bugs.push(error) }, { type: 'deal', values: Batch.parse({ operations }) }))

  it('gives each operation a result of its own, in order, and does what can be done', async () => {
    const [mine, foreign] = [await sales.make(ann, 'deal', { title: 'Mine' }), await sales.make(bob, 'deal', { title: 'Foreign' })]
    const { results } = await run(ann, [
      { op: 'create', values: { title: 'First' } },
      { op: 'update', id: mine.id, values: { title: 'Renamed' } },
      { op: 'update', id: mine.id, values: { title: 'Stale' }, ifMatch: 1 },
      { op: 'update', id: foreign.id, values: { title: 'x' } },
      { op: 'create', values: { colour: 'red' } },
      { op: 'create', values: { responsibleId: bob } },
      { op: 'delete', id: mine.id, ifMatch: 2 },
      { op: 'delete', id: mine.id },
      { op: 'create', values: { title: 'Last' } },
    ])
    expect(results.map(({ status }) => status)).toEqual([201, 200, 412, 404, 400, 403, 204, 404, 201])
    expect(results[1]?.body).toMatchObject({ title: 'Renamed', version: 2 })
    expect(results[4]?.problem).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/colour' }] })
    expect(results[4]?.problem).not.toHaveProperty('requestId')
    expect(Number(results[8]?.body?.['id'])).toBe(Number(results[0]?.body?.['id']) + 1)
    expect(await sales.read(bob, 'deal', foreign.id)).toMatchObject({ title: 'Foreign' })
  })

  it('takes 100 operations and no more, and at least one', async () => {
    const { results } = await run(ann, Array.from({ length: 100 }, (_, n) => ({ op: 'create', values: { title: `Number ${n}` } })))
    expect(results.map(({ body }) => body?.['title'])).toEqual(Array.from({ length: 100 }, (_, n) => `Number ${n}`))
    expect(Batch.safeParse({ operations: Array.from({ length: 101 }, () => ({ op: 'create', values: {} })) }).success).toBe(false)
    expect(Batch.safeParse({ operations: [] }).success).toBe(false)
    expect(Batch.safeParse({ operations: [{ op: 'drop', id: 1 }] }).success).toBe(false)
    expect((await problemOf(sales.as(ann, (ctx) => changeBatch({ ...ctx, reportBug: () => undefined }, { type: 'nothing', values: Batch.parse({ operations: [{ op: 'delete', id: 1 }] }) })))).status).toBe(404)
  })

  it('goes on after a fault of ours, which is told to whom it concerns', async () => {
    const bugs: unknown[] = []
    let writes = 0
    const failing = (table: Table): Table => ({ ...table, write: async (...all) => {
      writes += 1
      if (writes === 2) throw new Error('The table is on fire.')
      await table.write(...all)
    } })
    const { results } = await run(ann, [{ op: 'create', values: {} }, { op: 'create', values: {} }, { op: 'create', values: {} }], bugs, failing)
    expect(results.map(({ status }) => status)).toEqual([201, 500, 201])
    expect(JSON.stringify(results)).not.toContain('fire')
    expect(bugs).toHaveLength(1)
  })
})

describe('ITM-6 a write that was sent twice because its answer was lost', () => {
  /** A table on which the first write happens, but is answered as a repeated one would be. */
  const forgetful = (table: Table): Table => {
    let first = true
    return { ...table, write: async (...writes) => {
      await table.write(...writes)
      if (first) {
        first = false
        throw new ConditionFailed([0])
      }
    } }
  }

  it('makes one item and says so', async () => {
    const made = await sales.as(ann, (ctx) => createItem({ ...ctx, table: forgetful(ctx.table) }, { type: 'deal', values: { title: 'Once' } }))
    expect(made).toMatchObject({ title: 'Once', version: 1 })
    expect((await sales.list(ann, 'deal', { title: 'Once' })).map(({ id }) => id)).toEqual([made['id']])
  })

  it('also when somebody has changed the item already', async () => {
    const made = await sales.as(ann, (ctx) => createItem({ ...ctx, table: { ...forgetful(ctx.table), write: async (...writes) => {
      await ctx.table.write(...writes)
      const [first] = writes
      if (first && 'put' in first) await sales.change(ann, 'deal', Number(first.put['n']), { title: 'Changed at once' })
      throw new ConditionFailed([0])
    } } }, { type: 'deal', values: { title: 'Once more' } }))
    expect(await sales.read(ann, 'deal', Number(made['id']))).toMatchObject({ title: 'Changed at once', version: 2 })
  })

  it('changes an item once', async () => {
    const { id } = await sales.make(ann, 'deal')
    const changed = await sales.as(ann, (ctx) => updateItem({ ...ctx, table: forgetful(ctx.table) }, { type: 'deal', id, values: { title: 'Mine' } }))
    expect(changed).toMatchObject({ title: 'Mine', version: 2 })
    expect(await sales.read(ann, 'deal', id)).toMatchObject({ version: 2 })
  })
})

describe('ITM-6 many writers on one item', () => {
  it('who count with If-Match lose none of their steps (64 of them: npm run prove -- items)', async () => {
    expect(await countTogether(40, 8)).toMatchObject({ disagreements: [], counts: { writers: 8, steps: 40 } })
  })

  it('even two who write the very same at the very same moment are told apart', async () => {
    const { id } = await sales.make(ann, 'deal', { amount: '1' })
    const now = new Date()
    const write = (): Promise<string> => sales.as(ann, (ctx) => updateItem({ ...ctx, now: () => now }, { type: 'deal', id, values: { amount: '2' }, ifMatch: 1 })).then(() => 'done', (error: { status: number }) => String(error.status))
    expect((await Promise.all([write(), write(), write()])).toSorted()).toEqual(['412', '412', 'done'])
  })
})

describe('ITM-3 many who link at the same time', () => {
  it('leave both ends of every link in agreement', async () => {
    expect(await linkTogether(30, 1)).toMatchObject({ disagreements: [] })
  })
})
