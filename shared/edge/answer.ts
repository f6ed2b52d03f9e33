import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { isRecord } from '../kernel/json.ts'
import { faultBody, problemBody, type Problem } from '../kernel/problem.ts'
import type { Route } from './route.ts'

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** A page shows what it holds and nothing else: no scripts, nothing from elsewhere, in nobody's frame. */
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** What the client gets for a result: its version as `ETag` where it has one (ITM-6). */
export function answerOf(route: Pick<Route, 'status' | 'produces'>, result: unknown): APIGatewayProxyStructuredResultV2 {
  if (route.status === 204) return { statusCode: 204, headers: { 'cache-control': 'no-store' } }
  if (route.status === 302) return { statusCode: 302, headers: { location: isRecord(result) ? String(result['location']) : '', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } }
  if (route.produces === 'text/html') return { statusCode: route.status, headers: PAGE_HEADERS, body: String(result) }
  const version = isRecord(result) ? result['version'] : undefined
  return {
    statusCode: route.status,
    headers: { ...JSON_HEADERS, ...(typeof version === 'number' ? { etag: `"${version}"` } : {}) },
    body: JSON.stringify(result),
  }
}

/** What the client gets for a refusal (API-2). */
export function answerOfProblem(problem: Problem, requestId: string): APIGatewayProxyStructuredResultV2 {
  return { statusCode: problem.status, headers: { ...JSON_HEADERS, 'content-type': 'application/problem+json' }, body: JSON.stringify(problemBody(problem, requestId)) }
}

/** A bug of ours: said without any of its insides (API-2). */
export function answerOfBug(requestId: string): APIGatewayProxyStructuredResultV2 {
  const body = faultBody('The request could not be carried out. Nothing is known to be wrong with it; try again, and name the request id if it stays.', requestId)
  return { statusCode: 500, headers: { ...JSON_HEADERS, 'content-type': 'application/problem+json' }, body: JSON.stringify(body) }
}
