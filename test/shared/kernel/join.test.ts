import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { joined } from '../../../shared/kernel/join.ts'

describe('one reading for all who ask at the same time', () => {
  it('begins after each of them asked, and never beside another', async () => {
    let begun = 0
    let running = 0
    const read = joined(async () => {
      begun += 1
      running += 1
      expect(running).toBe(1)
      const number = begun
      await wait(10)
      running -= 1
      return number
    })
    const first = [read(), read()]
    await wait(2)
    // The first is under way: it may have been answered already, so it is too old for these.
    const second = [read(), read(), read()]
    expect([await Promise.all(first), await Promise.all(second)]).toEqual([[1, 1], [2, 2, 2]])
    expect([await read(), begun]).toEqual([3, 3])
  })

  it('fails for those who waited for it, and not for the next', async () => {
    let fails = true
    const read = joined(async () => {
      if (fails) throw new Error('out of reach')
      return 'well'
    })
    const both = await Promise.allSettled([read(), read()])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    fails = false
    expect(await read()).toBe('well')
  })
})
