import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'

/** An event for everybody who listens on the company's bus (API-6). */
export interface BusEvent {
  readonly detailType: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly time: Date
}

export interface Bus {
  /** Puts all of them. Throws when any was not accepted: the caller comes again with the same events. */
  publish(events: readonly BusEvent[]): Promise<void>
}

const SOURCE = 'leadline'
const MOST_EVENTS_AT_ONCE = 10

export function openBus(busName: string, client = new EventBridgeClient({})): Bus {
  return {
    async publish(events) {
      for (let start = 0; start < events.length; start += MOST_EVENTS_AT_ONCE) {
        const entries = events.slice(start, start + MOST_EVENTS_AT_ONCE).map(
          (event): PutEventsRequestEntry => ({ EventBusName: busName, Source: SOURCE, DetailType: event.detailType, Detail: JSON.stringify(event.detail), Time: event.time }),
        )
        const answer = await client.send(new PutEventsCommand({ Entries: entries }))
        const refused = answer.Entries?.find((entry) => entry.ErrorCode !== undefined)
        if (refused) throw new Error(`The bus refused an event: ${refused.ErrorCode}`)
      }
    },
  }
}
