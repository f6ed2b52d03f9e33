import { describe, expect, it } from 'vitest'
import { framesOf, framesTogether } from '../../../shared/sockets/frames.ts'

const LONGEST_BYTES = 32 * 1024
const eventsOf = (frame: string): unknown[] => {
  const read = JSON.parse(frame) as { events?: unknown[] }
  return read.events ?? [read]
}

describe('events on their way to a connection', () => {
  it('are a message each where its client did not ask for several', () => {
    expect(framesOf([{ event: 'a' }, { event: 'b', n: 1 }])).toEqual(['{"event":"a"}', '{"event":"b","n":1}'])
    expect(framesOf([])).toEqual([])
  })

  it('come together where it did, in their order, but one that is alone comes as ever', () => {
    expect(framesTogether(framesOf([{ event: 'a' }, { event: 'b', n: 1 }]))).toEqual(['{"events":[{"event":"a"},{"event":"b","n":1}]}'])
    expect(framesTogether(framesOf([{ event: 'a' }]))).toEqual(['{"event":"a"}'])
    expect(framesTogether(framesOf([]))).toEqual([])
  })

  it.each([['letters of one byte', 'x', 500], ['of four', '😀', 500], ['one larger than all the room', 'ä', 40_000], ['quotes', '"', 3_000]])('fill messages of 32 KB and no more: %s', (_, letter, length) => {
    const events = Array.from({ length: 100 }, (_value, n) => ({ event: 'chat.message', n, text: letter.repeat(n % 3 === 0 ? length : 10) }))
    const frames = framesTogether(framesOf(events))
    expect(frames.flatMap(eventsOf)).toEqual(events)
    for (const frame of frames) expect(eventsOf(frame).length === 1 || Buffer.byteLength(frame) <= LONGEST_BYTES).toBe(true)
    // Not one more would have fitted into any of them.
    for (const [place, frame] of frames.slice(0, -1).entries()) {
      const [next] = eventsOf(frames[place + 1] ?? '')
      expect(Buffer.byteLength(JSON.stringify({ events: [...eventsOf(frame), next] }))).toBeGreaterThan(LONGEST_BYTES)
    }
  })
})
