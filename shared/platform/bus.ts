import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { leanSettings, withoutTelemetry } from './lean-client.ts'

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
/** EventBridge takes 256 KB at once: what the entries say, and 14 bytes for each time. */
const MOST_BYTES_AT_ONCE = 250_000
const BYTES_BESIDE = 14 + SOURCE.length

/** Opens the bus with this name. */
export function openBus(busName: string, client = withoutTelemetry(new EventBridgeClient(leanSettings('events')))): Bus {
  const put = async (entries: readonly PutEventsRequestEntry[]): Promise<void> => {
    const answer = await client.send(new PutEventsCommand({ Entries: [...entries] }))
    const refused = answer.Entries?.find((entry) => entry.ErrorCode !== undefined)
    if (refused) throw new Error(`The bus refused an event: ${refused.ErrorCode}`)
  }
  return {
    async publish(events) {
      const entries = events.map((event): PutEventsRequestEntry => ({ EventBusName: busName, Source: SOURCE, DetailType: event.detailType, Detail: JSON.stringify(event.detail), Time: event.time }))
      for (const some of inPortions(entries)) await put(some)
    },
  }
}

function inPortions(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const portions: PutEventsRequestEntry[][] = []
  let bytes = 0
  for (const entry of entries) {
    const size = BYTES_BESIDE + Buffer.byteLength(entry.DetailType ?? '') + Buffer.byteLength(entry.Detail ?? '')
    const last = portions.at(-1)
    if (last !== undefined && last.length < MOST_EVENTS_AT_ONCE && bytes + size <= MOST_BYTES_AT_ONCE) {
      last.push(entry)
      bytes += size
    } else {
      portions.push([entry])
      bytes = size
    }
  }
  return portions
}
