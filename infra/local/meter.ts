import type { AwsCall, Door, MeterDoor } from './contract.ts'
import { invocationHeader } from './worker-messages.ts'

/** What one route, or one function that is not behind a route, has cost. */
interface Figures {
  requests: number
  /** Calls by service and operation: `dynamodb:PutItem`. */
  readonly calls: Record<string, number>
  readUnits: number
  writeUnits: number
}

export interface Meter extends MeterDoor {
  /** Counts an AWS call of a function. */
  count(call: AwsCall, action: string): void
  /** Counts an invocation and remembers its route; the answer is called when it has ended. */
  began(invocationId: string, functionName: string, event: unknown): () => void
  /** `GET` tells the figures since the last `DELETE` at `/_local/meter`. */
  readonly door: Door
}

/**
 * Counts calls and capacity units per route. A call belongs to the invocation that its tag names (see worker.ts); a call without
 * a tag (made outside of an invocation, or with its headers already gone) counts for its function.
 */
export function createMeter(now: () => Date): Meter {
  let since = now()
  let routes = new Map<string, Figures>()
  const running = new Map<string, string>()

  const figuresOf = (route: string): Figures => {
    const known = routes.get(route)
    if (known !== undefined) return known
    const figures: Figures = { requests: 0, calls: {}, readUnits: 0, writeUnits: 0 }
    routes.set(route, figures)
    return figures
  }
  const routeOf = ({ headers, caller }: AwsCall): string =>
    running.get(headers[invocationHeader] ?? '') ?? (caller.kind === 'function' ? caller.functionName : caller.kind)

  return {
    count(call, action) {
      const { calls } = figuresOf(routeOf(call))
      const name = `${call.service}:${action}`
      calls[name] = (calls[name] ?? 0) + 1
    },
    add(call, { readUnits, writeUnits }) {
      const figures = figuresOf(routeOf(call))
      figures.readUnits += readUnits
      figures.writeUnits += writeUnits
    },
    began(invocationId, functionName, event) {
      const route = routeKeyOf(event) ?? functionName
      running.set(invocationId, route)
      figuresOf(route).requests += 1
      return () => running.delete(invocationId)
    },
    door: {
      async handle(request, response) {
        if (request.url !== '/_local/meter') return false
        if (request.method === 'DELETE') {
          routes = new Map()
          since = now()
          response.writeHead(204).end()
        } else if (request.method === 'GET') {
          response.writeHead(200, { 'content-type': 'application/json' })
          response.end(JSON.stringify({ since: since.toISOString(), routes: Object.fromEntries(routes) }))
        } else {
          response.writeHead(405, { allow: 'GET, DELETE' }).end()
        }
        return true
      },
    },
  }
}

/** The route of a request that came through an API (`GET /v1/items/{type}`); undefined for events of other triggers. */
function routeKeyOf(event: unknown): string | undefined {
  const { routeKey, requestContext } = (event ?? {}) as { routeKey?: unknown; requestContext?: { routeKey?: unknown } }
  const key = routeKey ?? requestContext?.routeKey
  return typeof key === 'string' ? key : undefined
}
