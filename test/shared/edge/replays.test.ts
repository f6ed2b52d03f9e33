import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doOnce, onceOnlyOf } from '../../../shared/edge/idempotency.ts'
import type { Answer } from '../../../shared/edge/kept-answer.ts'
import { addObserversToMany, Batch, changeBatch, createItem, type BatchPorts } from '../../../shared/items/index.ts'
import { counterKey } from '../../../shared/items/keys.ts'
import type { Table } from '../../../shared/platform/table.ts'
import type { Ctx, Repeated } from '../../../shared/workspace/index.ts'
import { problemOf } from '../../support/problems.ts'
import { ann, aSalesCompany, bob, chief, type SalesCompany } from '../items/sales-company.ts'

let sales: SalesCompany
beforeAll(async () => {
  sales = await aSalesCompany()
})
afterAll(() => sales.store.close())

type Perform = (ctx: Ctx & BatchPorts & Repeated) => Promise<unknown>
const bugs: unknown[] = []

/** Sends a request under a key as the edge does, and sends it again when asked to. */
async function send(userId: string, key: string, perform: Perform, manyTransactions?: true): Promise<Answer> {
  return sales.as(userId, (ctx) => {
    const event = { headers: { 'idempotency-key': key }, rawPath: '/v1/items/deal', body: '{}' } as unknown as APIGatewayProxyEventV2
    const once = onceOnlyOf({ method: 'POST', ...(manyTransactions ? { manyTransactions } : {}) }, event, userId)
    if (!once) throw new Error('No key')
    const request = async (table: Table, earlier?: Answer): Promise<Answer> => {
      const ports = { reportBug: (bug: unknown) => void bugs.push(bug), ...(earlier?.body === undefined ? {} : { earlierBody: earlier.body }) }
      return { statusCode: 200, body: JSON.stringify(await perform({ ...ctx, ...ports, table })) }
    }
    return doOnce(ctx.table, once, ctx.now(), request)
  })
}
const batchOf = (...operations: object[]): Perform => (ctx) => changeBatch(ctx, { type: 'deal', values: Batch.parse({ operations }) })

describe('API-3: an answer too large for one row', () => {
  // 390,000 bytes hold 130,000 of these.
  const rows = (sign: string): object[] => Array.from({ length: 100 }, () => ({ title: sign.repeat(500), price: '1' }))

  it.each([[undefined, '合'], [undefined, '"'], [true, '合'], [true, '\u0001']] as const)('is given once more in full (many transactions: %s, of %j)', async (many, sign) => {
    const make: Perform = async (ctx) => {
      const deal = await createItem(ctx, { type: 'deal', values: { productRows: rows(sign) } })
      return { copies: Array.from({ length: 8 }, () => deal) }
    }
    const key = `large ${String(many)} ${sign.codePointAt(0)}`
    const first = await send(ann, key, make, many)
    expect(Buffer.byteLength(first.body ?? '')).toBeGreaterThan(400_000)
    const last = await sales.store.table.get(counterKey('deal'), { consistent: true })
    expect(await send(ann, key, make, many)).toEqual(first)
    expect(await sales.store.table.get(counterKey('deal'), { consistent: true })).toEqual(last)
  })

  it('an ordinary one is one row in the transaction of its effect', async () => {
    const written: number[] = []
    await sales.as(ann, (ctx) => {
      const table: Table = { ...ctx.table, write: async (...writes) => (written.push(writes.length), ctx.table.write(...writes)) }
      return doOnce(table, { key: { pk: 'ONCE#ordinary', sk: 'ONCE' }, bodyHash: '', together: true }, ctx.now(), async (on) => ({ statusCode: 201, body: JSON.stringify(await createItem({ ...ctx, table: on }, { type: 'deal', values: {} })) }))
    })
    expect(written).toEqual([2])
  })
})

describe('API-3: a batch that is sent again', () => {
  it('gets the same answer, also where it deleted what it had changed', async () => {
    const [changed, deleted, foreign] = [await sales.make(ann, 'deal'), await sales.make(ann, 'deal'), await sales.make(bob, 'deal')]
    const batch = batchOf({ op: 'create', values: { title: 'New' } }, { op: 'update', id: changed.id, values: { title: 'Renamed' } }, { op: 'update', id: deleted.id, values: { title: 'Last words' } }, { op: 'delete', id: deleted.id }, { op: 'delete', id: foreign.id })
    const first = await send(chief, 'same batch', batch, true)
    expect(JSON.parse(first.body ?? '')).toMatchObject({ results: [{ status: 201 }, { status: 200 }, { status: 200 }, { status: 204 }, { status: 204 }] })
    expect(await send(chief, 'same batch', batch, true)).toEqual(first)
    expect(await sales.read(chief, 'deal', changed.id)).toMatchObject({ version: 2 })
    expect(bugs).toEqual([])
  })

  it.each(['update', 'delete'] as const)('does not tell of an item that may not be read any more (%s)', async (op) => {
    const mine = await sales.make(ann, 'deal')
    const batch = batchOf({ op: 'create', values: {} }, { op: 'update', id: mine.id, values: { title: 'Secret' } }, ...(op === 'delete' ? [{ op, id: mine.id }] : []))
    const first = await send(ann, `batch ${op}`, batch, true)
    expect(await send(ann, `batch ${op}`, batch, true)).toEqual(first)
    await takeOver(mine.id)
    expect((await problemOf(send(ann, `batch ${op}`, batch, true))).code).toBe('deal.not_found')
  })

  it('is not kept from its answer by what was refused the first time already', async () => {
    const foreign = await sales.make(bob, 'deal')
    const batch = batchOf({ op: 'update', id: foreign.id, values: { title: 'x' } }, { op: 'create', values: { responsibleId: bob } }, { op: 'create', values: {} })
    const first = await send(ann, 'half refused', batch, true)
    expect(JSON.parse(first.body ?? '')).toMatchObject({ results: [{ status: 404 }, { status: 403 }, { status: 201 }] })
    expect(await send(ann, 'half refused', batch, true)).toEqual(first)
  })
})

describe('API-3, OBS-2: observers of many items, sent again', () => {
  it('get the same answer as long as each of those items may still be changed', async () => {
    const [one, two] = [await sales.make(ann, 'deal'), await sales.make(ann, 'deal')]
    const add: Perform = (ctx) => addObserversToMany(ctx, { type: 'deal', values: { ids: [one.id, two.id, 999_999], userIds: [chief] } })
    const first = await send(ann, 'many', add, true)
    expect(JSON.parse(first.body ?? '')).toMatchObject({ items: [{ ok: true }, { ok: true }, { ok: false }] })
    expect(await send(ann, 'many', add, true)).toEqual(first)
    await takeOver(two.id)
    expect((await problemOf(send(ann, 'many', add, true))).code).toBe('deal.not_found')
  })
})

/** Makes Bob responsible for a deal, wherever it lies. */
async function takeOver(id: number): Promise<void> {
  await sales.store.table.write({ update: { pk: `ITEM#deal#${id}`, sk: 'ITEM' }, set: { r: bob } })
}
