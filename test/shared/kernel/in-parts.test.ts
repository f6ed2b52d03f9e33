import { expect, it } from 'vitest'
import { inParts } from '../../../shared/kernel/in-parts.ts'

it.each([
  [[], []],
  [[1], [[1]]],
  [[1, 2, 3], [[1, 2, 3]]],
  [[1, 2, 3, 4, 5, 6, 7], [[1, 2, 3], [4, 5, 6], [7]]],
])('takes %j in parts of three', (list, parts) => {
  expect(inParts(list, 3)).toEqual(parts)
})
