import { expect, it } from 'vitest'
import { setImmediate as nextRound } from 'node:timers/promises'
import { createBatches, type Outcome } from '../../../shared/kernel/batches.ts'

const done = <T>(value: T): Outcome<T> => ({ status: 'fulfilled', value })

it('what comes while a batch runs goes together in the next, in its order and as many at a time as may be', async () => {
  const seen: string[] = []
  const batches = createBatches<number, number>(3, async (key, inputs) => {
    seen.push(`${key} ${inputs.join()}`)
    await nextRound()
    return inputs.map((input) => done(input * 10))
  })
  const all = await Promise.all([...[1, 2, 3, 4, 5].map((n) => batches('a', n)), batches('b', 9)])
  expect(all).toEqual([10, 20, 30, 40, 50, 90])
  expect(seen).toEqual(['a 1', 'b 9', 'a 2,3,4', 'a 5'])
  expect(await batches('a', 6)).toBe(60)
})

it('each learns its own outcome, and a batch that fails as a whole fails for its own parts alone', async () => {
  const batches = createBatches<number, number>(10, async (_key, inputs) => {
    await nextRound()
    if (inputs.includes(4)) throw new Error('all of it')
    return inputs.map((input) => (input === 2 ? { status: 'rejected', reason: new Error('two') } : done(input)))
  })
  const first = Promise.allSettled([1, 2, 3].map((n) => batches('a', n)))
  await nextRound()
  const second = Promise.allSettled([4, 5].map((n) => batches('a', n)))
  const words = (results: PromiseSettledResult<number>[]): string[] => results.map((one) => (one.status === 'fulfilled' ? String(one.value) : String((one.reason as Error).message)))
  expect(words(await first)).toEqual(['1', 'two', '3'])
  expect(words(await second)).toEqual(['all of it', 'all of it'])
  expect(await batches('a', 6)).toBe(6)
})
