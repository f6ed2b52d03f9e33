/** What a server tells a client unasked; `event` says what it is. */
export interface PushedEvent {
  readonly event: string
  readonly [field: string]: unknown
}

/** API Gateway bills a message by 32 KB begun, and takes a call for each. */
const LONGEST_FRAME_BYTES = 32 * 1024
const HEAD = '{"events":['
const TAIL = ']}'

/** The messages that carry these events in their order, one for each event. */
export function framesOf(events: readonly PushedEvent[]): string[] {
  return events.map((event) => JSON.stringify(event))
}

/** The same for a connection that takes several events at once, made of those: `{ "events": [..] }`; an event that is alone comes as it would otherwise. */
export function framesTogether(apart: readonly string[]): string[] {
  const frames: string[][] = []
  let room = 0
  for (const one of apart) {
    const bytes = Buffer.byteLength(one) + 1
    const frame = frames.at(-1)
    if (frame !== undefined && bytes <= room) frame.push(one)
    else {
      frames.push([one])
      room = LONGEST_FRAME_BYTES - HEAD.length - TAIL.length
    }
    room -= bytes
  }
  return frames.map((some) => (some.length === 1 ? some.join() : `${HEAD}${some.join()}${TAIL}`))
}
