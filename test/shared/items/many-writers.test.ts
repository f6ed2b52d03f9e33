import { expect, it } from 'vitest'
import { countTogether } from '../../prove/items/counting.ts'

/** `npm run prove -- items` counts to 1,000. */
const STEPS = 64

it('ITM-6: 64 writers who count one item up, each with If-Match, lose no step', async () => {
  const { disagreements, counts } = await countTogether(STEPS)
  expect(disagreements).toEqual([])
  expect(counts).toMatchObject({ writers: 64, steps: STEPS })
}, 120_000)
