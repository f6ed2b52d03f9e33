import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tooLarge } from '../../../shared/platform/too-large.ts'
import type { Write } from '../../../shared/platform/table.ts'
import { problemOf } from '../../support/problems.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
beforeAll(async () => {
  store = await aTable()
  await store.table.write({ put: { pk: 'half', sk: 'x', text: 'x'.repeat(300_000) } })
})
afterAll(() => store.close())

const large = (pk: string, characters: number): Write => ({ put: { pk, sk: 'x', text: 'x'.repeat(characters) } })
const growing: Write = { update: { pk: 'half', sk: 'x' }, set: { more: 'x'.repeat(200_000) } }

describe('API-5: what is too large to be stored', () => {
  it.each([
    ['a row', [large('a', 410_000)]],
    ['a row among others', [large('a', 5), large('b', 410_000)]],
    ['a row that grows', [growing]],
    ['a row that grows among others', [growing, large('c', 5)]],
    ['a transaction', Array.from({ length: 12 }, (_, n) => large(`d${n}`, 390_000))],
  ])('%s is refused with 413, and nothing is stored', async (_name, writes) => {
    expect(await problemOf(store.table.write(...writes))).toMatchObject({ status: 413, code: 'table.too_large' })
    expect((await store.table.getMany(['a', 'b', 'c', 'd0'].map((pk) => ({ pk, sk: 'x' })))).length).toBe(0)
  })

  it('other faults stay what they are', () => {
    expect(tooLarge(Object.assign(new Error('One or more parameter values were invalid'), { name: 'ValidationException' }))).toBeUndefined()
    expect(tooLarge(Object.assign(new Error('x'), { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }] }))).toBeUndefined()
    expect(tooLarge('a text')).toBeUndefined()
  })
})
