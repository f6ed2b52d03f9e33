import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLog, type Numbered } from '../../../shared/client/message-log.ts'

interface Message extends Numbered {
  readonly text: string
}

const posted = (number: number): Message => ({ number, change: null, text: 'new' })
const changed = (number: number, change: number): Message => ({ number, change, text: `change ${change}` })

/** The state of a chat with so many messages after each of these changes, and every event on the way. */
function history(count: number, changedNumbers: readonly number[]): { events: Message[]; last: Message[] } {
  const last = Array.from({ length: count }, (_, place) => posted(place + 1))
  const events = [...last]
  changedNumbers.forEach((number, place) => {
    const message = changed(number, place + 1)
    last[number - 1] = message
    events.push(message)
  })
  return { events, last }
}

describe('the log of a chat', () => {
  it('CHT-7: is the same in whatever order and however often messages and changes come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }).chain((count) => fc.tuple(fc.constant(count), fc.array(fc.integer({ min: 1, max: count }), { maxLength: 8 }), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })))), ([count, numbers, chance]) => {
        const { events, last } = history(count, numbers)
        const draw = (): number => chance.next().value ?? 0
        const shuffled = [...events, ...events.filter(() => draw() < 0.3)].map((event) => ({ event, at: draw() })).toSorted((a, b) => a.at - b.at).map(({ event }) => event)
        const told: Message[] = []
        const log = createLog<Message>(0, (message) => told.push(message))
        log.changesUpTo(0)
        for (const message of shuffled) log.take(message)
        expect(log.messages).toEqual(last)
        expect([log.lastNumber, log.lastChange, log.hasGap()]).toEqual([count, numbers.length, false])
        // Whoever draws each message it is told of has the same in the end.
        const drawn = new Map(told.map((message) => [message.number, message]))
        expect([...drawn.values()].toSorted((a, b) => a.number - b.number)).toEqual(last)
      }),
    )
  })

  it('CHT-7: sees that something before a message, or before a change, has not come', () => {
    const log = createLog<Message>(0, () => undefined)
    log.take(posted(2))
    expect([log.messages.length, log.hasGap()]).toEqual([0, true])
    log.take(posted(1))
    expect([log.messages.length, log.hasGap()]).toEqual([2, false])
    log.changesUpTo(3)
    log.take(changed(1, 5))
    expect([log.messages[0]?.text, log.lastChange, log.hasGap()]).toEqual(['change 5', 3, true])
    log.changesUpTo(5)
    expect(log.hasGap()).toBe(false)
    log.take(changed(1, 4))
    expect(log.messages[0]?.text).toBe('change 5')
  })

  it('begins where it is asked to', () => {
    const log = createLog<Message>(10, () => undefined)
    log.take(changed(4, 1))
    log.take(posted(11))
    expect([log.messages.map(({ number }) => number), log.lastNumber]).toEqual([[11], 11])
  })
})
