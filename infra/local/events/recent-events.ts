import type { Door } from '../contract.ts'
import type { BusEvent } from './target-input.ts'

/** So many lie in memory; older ones are forgotten. */
const MOST_EVENTS = 2_000

export interface RecentEvents {
  keep(bus: string, event: BusEvent): void
  /** `GET /_local/events` shows what came to the buses since the start, oldest first (`?type=deal.updated` for one detail-type): what a rule of one's own would see. */
  readonly door: Door
}

export function createRecentEvents(): RecentEvents {
  const kept: { bus: string; event: BusEvent }[] = []
  return {
    keep(bus, event) {
      kept.push({ bus, event })
      if (kept.length > MOST_EVENTS) kept.shift()
    },
    door: {
      async handle(request, response) {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
        if (pathname !== '/_local/events') return false
        if (request.method !== 'GET') {
          response.writeHead(405, { allow: 'GET' }).end()
          return true
        }
        const type = searchParams.get('type')
        const items = kept.filter(({ event }) => type === null || event['detail-type'] === type).map(({ bus, event }) => ({ bus, ...event }))
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ items }))
        return true
      },
    },
  }
}
