import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { inLanes } from '../../../shared/kernel/in-lanes.ts'

describe('work on many things, so many at a time', () => {
  it('does each of them once, in their order, and never more at a time than it may', async () => {
    const begun: [string, number][] = []
    let running = 0
    let most = 0
    await inLanes(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 3, async (thing, place) => {
      begun.push([thing, place])
      most = Math.max(most, (running += 1))
      await wait(place % 2)
      running -= 1
    })
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((thing, place) => [thing, place]))
    expect([most, running]).toEqual([3, 0])
  })

  it('begins nothing further after a failure, and ends only when nothing is under way', async () => {
    const ended: number[] = []
    const all = inLanes([0, 1, 2, 3, 4], 2, async (n) => {
      if (n === 1) throw new Error('the second fails')
      await wait(5)
      ended.push(n)
    })
    await expect(all).rejects.toThrow('the second fails')
    expect(ended).toEqual([0])
  })

  it('has nothing to do for nothing', async () => {
    await expect(inLanes([], 5, () => Promise.reject(new Error('never called')))).resolves.toBeUndefined()
  })
})
