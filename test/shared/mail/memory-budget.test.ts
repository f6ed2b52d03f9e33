import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createMemoryBudget } from '../../../shared/mail/memory-budget.ts'

describe('large mails are read one after the other', () => {
  it('so that all that are read at once fit, in the order in which they came', async () => {
    const budget = createMemoryBudget(40)
    let [now, most] = [0, 0]
    const order: number[] = []
    const read = (bytes: number, place: number): Promise<void> =>
      budget.within(bytes, async () => {
        order.push(place)
        most = Math.max(most, (now += Math.min(bytes, 40)))
        await wait(3)
        now -= Math.min(bytes, 40)
      })
    await Promise.all([30, 5, 5, 30, 1, 1000, 10, 0].map(read))
    expect(most).toBeLessThanOrEqual(40)
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('and one that fails gives its room back', async () => {
    const budget = createMemoryBudget(10)
    await expect(budget.within(10, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await budget.within(10, async () => 'read')).toBe('read')
  })
})
