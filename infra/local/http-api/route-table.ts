/** One route of the API with the function behind it. `K` is whatever hangs on the route. */
export interface Route<K> {
  /** As in the template: `GET /v1/items/{type}/{id}`, `ANY /v1/{proxy+}`, `$default`. */
  readonly routeKey: string
  readonly target: K
}

export interface RouteMatch<K> {
  readonly route: Route<K>
  readonly pathParameters: Readonly<Record<string, string>>
}

/** Finds the route of a request; undefined is API Gateway's 404. The path is decoded already, as API Gateway decodes it before it chooses. */
export type RouteTable<K> = (method: string, path: string) => RouteMatch<K> | undefined

type Segment = { readonly kind: 'text' | 'variable' | 'greedy'; readonly name: string }

interface Pattern<K> {
  readonly route: Route<K>
  readonly method: string
  readonly segments: readonly Segment[]
}

/**
 * API Gateway's choice: the most specific path first (a whole match before a greedy one, text before a variable), the exact
 * method before `ANY`, and `$default` for what nothing else takes.
 */
export function routeTable<K>(routes: readonly Route<K>[]): RouteTable<K> {
  const fallback = routes.find((route) => route.routeKey === '$default')
  const patterns = routes.filter((route) => route !== fallback).map(parse).toSorted(bySpecificity)

  return (method, path) => {
    const parts = path.split('/').slice(1)
    for (const { route, method: routeMethod, segments } of patterns) {
      if (routeMethod !== 'ANY' && routeMethod !== method) continue
      const pathParameters = capture(segments, parts)
      if (pathParameters !== undefined) return { route, pathParameters }
    }
    return fallback === undefined ? undefined : { route: fallback, pathParameters: {} }
  }
}

function parse<K>(route: Route<K>): Pattern<K> {
  const [, method, path] = /^([A-Z]+) (\/.*)$/.exec(route.routeKey) ?? []
  if (method === undefined || path === undefined) throw new Error(`The route key "${route.routeKey}" is not one of an HTTP API`)
  const segments = path.split('/').slice(1).map((text): Segment => {
    const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? []
    if (name === undefined) return { kind: 'text', name: text }
    return { kind: plus === '+' ? 'greedy' : 'variable', name }
  })
  if (segments.slice(0, -1).some((segment) => segment.kind === 'greedy')) {
    throw new Error(`The route key "${route.routeKey}" has a greedy variable that is not the last`)
  }
  return { route, method, segments }
}

const ranks = { text: 0, variable: 1, greedy: 2 }

function bySpecificity<K>(one: Pattern<K>, other: Pattern<K>): number {
  const greedy = Number(isGreedy(one)) - Number(isGreedy(other))
  if (greedy !== 0) return greedy
  for (const [index, segment] of one.segments.entries()) {
    const opposite = other.segments[index]
    if (opposite === undefined) return -1
    if (ranks[segment.kind] !== ranks[opposite.kind]) return ranks[segment.kind] - ranks[opposite.kind]
  }
  if (one.segments.length !== other.segments.length) return 1
  return Number(one.method === 'ANY') - Number(other.method === 'ANY')
}

const isGreedy = <K>(pattern: Pattern<K>): boolean => pattern.segments.at(-1)?.kind === 'greedy'

/** The values of the path variables, or undefined if the path is another. Variables match no empty segment. */
function capture(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const values: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'greedy') {
      const rest = parts.slice(index).join('/')
      if (rest === '') return undefined
      values[segment.name] = rest
      return values
    }
    const part = parts[index]
    if (part === undefined || (segment.kind === 'text' ? part !== segment.name : part === '')) return undefined
    if (segment.kind === 'variable') values[segment.name] = part
  }
  return parts.length === segments.length ? values : undefined
}
