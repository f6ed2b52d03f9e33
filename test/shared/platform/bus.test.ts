import { EventBridgeClient, PutEventsCommand, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, it } from 'vitest'
import { openBus } from '../../../shared/platform/bus.ts'

const event = (number: number, bytes = 10) => ({ detailType: 'deal.updated', detail: { number, text: 'x'.repeat(bytes) }, time: new Date(0) })

function aBus(): { bus: ReturnType<typeof openBus>; calls: number[][] } {
  const client = new EventBridgeClient({ region: 'eu-west-1' })
  const calls: number[][] = []
  mockClient(client).on(PutEventsCommand).callsFake(({ Entries = [] }: PutEventsCommandInput) => {
    calls.push(Entries.map(({ Detail }) => (JSON.parse(Detail ?? '') as { number: number }).number))
    return { Entries: Entries.map(({ Detail }) => (Detail?.includes('"number":666') ? { ErrorCode: 'InternalFailure' } : { EventId: 'e' })) }
  })
  return { bus: openBus('bus', client), calls }
}

describe('API-6 events for the bus', () => {
  it('go out in order, ten to a call', async () => {
    const { bus, calls } = aBus()
    await bus.publish(Array.from({ length: 23 }, (_, n) => event(n)))
    expect(calls.map((call) => call.length)).toEqual([10, 10, 3])
    expect(calls.flat()).toEqual(Array.from({ length: 23 }, (_, n) => n))
    await bus.publish([])
    expect(calls).toHaveLength(3)
  })

  it('go out in more calls where they are large, since EventBridge takes 256 KB at once', async () => {
    const { bus, calls } = aBus()
    await bus.publish([event(1, 100_000), event(2, 100_000), event(3, 100_000), event(4), event(5, 200_000)])
    expect(calls).toEqual([[1, 2], [3, 4], [5]])
  })

  it('are told again by who publishes them, if one was refused', async () => {
    await expect(aBus().bus.publish([event(1), event(666)])).rejects.toThrow('InternalFailure')
  })
})
