import { describe, expect, it } from 'vitest'
import { tryUntilStored } from '../../../shared/platform/retry.ts'
import { ConditionFailed } from '../../../shared/platform/table.ts'

const busy = (last: ConditionFailed): Error => new Error(`busy at ${last.failed.join()}`)

describe('storing what others change at the same time', () => {
  it('is tried again until nobody was faster', async () => {
    const stored = await tryUntilStored({ tries: 5, busy }, async (attempt) => {
      if (attempt < 2) throw new ConditionFailed([attempt])
      return `stored at try ${attempt}`
    })
    expect(stored).toBe('stored at try 2')
  })

  it('is given up after so many tries, with what the last one met', async () => {
    const seen: number[] = []
    const trying = tryUntilStored({ tries: 3, busy }, async (attempt) => {
      seen.push(attempt)
      throw new ConditionFailed([attempt])
    })
    await expect(trying).rejects.toThrow('busy at 2')
    expect(seen).toEqual([0, 1, 2])
  })

  it('ends at once where something else fails', async () => {
    let tries = 0
    const trying = tryUntilStored({ tries: 3, busy }, async () => {
      tries += 1
      throw new Error('out of reach')
    })
    await expect(trying).rejects.toThrow('out of reach')
    expect(tries).toBe(1)
  })
})
