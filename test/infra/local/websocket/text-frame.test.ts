import { expect, it } from 'vitest'
import { createFrameGauge } from '../../../../infra/local/websocket/frame-gauge.ts'
import { textFrame } from '../../../../infra/local/websocket/text-frame.ts'

it.each([[0, 2], [1, 2], [125, 2], [126, 4], [65_535, 4], [65_536, 10], [131_072, 10]])('a text of %i bytes goes in one final, unmasked frame with a head of %i bytes', (length, head) => {
  const frame = textFrame(Buffer.alloc(length, 'x'))
  expect(frame).toHaveLength(head + length)
  expect(frame[0]).toBe(0x81)
  expect((frame[1] ?? 0) & 0x80).toBe(0)
  expect(createFrameGauge()(frame)).toBe(length)
  expect(frame.subarray(head).equals(Buffer.alloc(length, 'x'))).toBe(true)
})
