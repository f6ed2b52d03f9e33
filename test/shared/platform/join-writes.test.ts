import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joinWrites } from '../../../shared/platform/join-writes.ts'
import { ConditionFailed, type Table, type Write } from '../../../shared/platform/table.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
beforeAll(async () => {
  store = await aTable()
})
afterAll(() => store.close())

/** The real table, and how many writes each call to it held. */
function counted(): { table: Table; calls: number[] } {
  const calls: number[] = []
  return {
    calls,
    table: {
      ...store.table,
      async write(...writes) {
        calls.push(writes.length)
        await store.table.write(...writes)
      },
    },
  }
}

const row = (name: string, more: object = {}): Write => ({ put: { pk: name, sk: 'ROW', ...more }, if: { absent: true } })
const there = async (name: string): Promise<boolean> => (await store.table.get({ pk: name, sk: 'ROW' }, { consistent: true })) !== undefined
const outcomes = async (all: readonly Promise<void>[]): Promise<string[]> =>
  (await Promise.allSettled(all)).map((one) => (one.status === 'fulfilled' ? 'written' : one.reason instanceof ConditionFailed ? `failed at ${one.reason.failed.join()}` : String(one.reason)))

describe('writes of many at the same time', () => {
  it('go together, at most eight to a transaction', async () => {
    const { table, calls } = counted()
    const joining = joinWrites(table)
    await Promise.all(Array.from({ length: 20 }, (_, n) => joining.write(row(`together-${n}`), row(`together-${n}-too`))))
    expect(calls).toEqual([16, 16, 8])
    expect(await Promise.all(Array.from({ length: 20 }, (_, n) => there(`together-${n}-too`)))).not.toContain(false)
  })

  it('fail for the one whose condition does not hold, and nothing of it is written; the others are', async () => {
    await store.table.write(row('taken'))
    const { table } = counted()
    const joining = joinWrites(table)
    expect(await outcomes([joining.write(row('a'), row('b')), joining.write(row('c'), row('taken')), joining.write(row('d'))])).toEqual(['written', 'failed at 1', 'written'])
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(there))).toEqual([true, true, false, true])
  })

  it('of the same row come one after the other', async () => {
    const joining = joinWrites(counted().table)
    expect(await outcomes([joining.write(row('same', { by: 1 })), joining.write(row('same', { by: 2 })), joining.write(row('other'))])).toEqual(['written', 'failed at 0', 'written'])
    expect(await store.table.get({ pk: 'same', sk: 'ROW' })).toMatchObject({ by: 1 })
  })

  it('are not held up by one that DynamoDB refuses', async () => {
    const joining = joinWrites(counted().table)
    const [good, bad] = await outcomes([joining.write(row('fine')), joining.write({ put: { pk: 'huge', sk: 'ROW', text: 'x'.repeat(500_000) } })])
    expect(good).toBe('written')
    expect(bad).toContain('more than can be stored')
    expect(await there('fine')).toBe(true)
  })

  it('leave reads as they are, and writes of one alone as one call', async () => {
    const { table, calls } = counted()
    const joining = joinWrites(table)
    await joining.write(row('alone'))
    await joining.write({ update: { pk: 'alone', sk: 'ROW' }, set: { seen: true } })
    expect([calls, (await joining.get({ pk: 'alone', sk: 'ROW' }, { consistent: true }))?.['seen']]).toEqual([[1, 1], true])
  })
})
